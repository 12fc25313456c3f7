using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary>A node as it is shown.</summary>
internal sealed record NodeView(
    string NodeId, string? Name, string? Network, string? Status, string? WebhookUrl, bool? Initialized, string? InvokeUrl, string? Peer)
{
    public static NodeView Of(CloudNode node) => new(
        node.NodeId,
        node.Name,
        node.Network?.ToString(),
        node.Status?.ToString(),
        string.IsNullOrEmpty(node.Settings?.WebhookUrl) ? null : node.Settings.WebhookUrl,
        node.Initialized,
        node.InvokeUrl,
        node.PeerDns is null ? null : $"{node.PeerDns}{(node.PeerPort is { } port ? $":{port}" : "")}");
}

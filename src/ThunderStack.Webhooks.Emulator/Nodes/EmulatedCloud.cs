using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The nodes of this cloud. Every change of a status is an event that is signed and sent.</summary>
internal sealed class EmulatedCloud(IOptions<EmulatorOptions> options, EventClock clock, WebhookSender sender)
{
    private readonly Uri? _webhookUrl = ToUri(options.Value.WebhookUrl);
    private readonly Dictionary<string, EmulatedNode> _nodes = options.Value.Nodes.ToDictionary(
        node => node.NodeId, node => new EmulatedNode(node.NodeId, ToUri(node.WebhookUrl), new NodeLife()), StringComparer.Ordinal);

    /// <summary>Where a node's events go, or <see langword="null"/> when that is not configured.</summary>
    public Uri? WebhookUrlOf(string nodeId) => _nodes.GetValueOrDefault(nodeId)?.WebhookUrl ?? _webhookUrl;

    /// <summary>Puts a node into a status and tells the receiver.</summary>
    /// <remarks>The node need not be one of this cloud's: to send for a stranger is how to see it refused.</remarks>
    public Task<SentWebhook> ChangeStatusAsync(string nodeId, string status, Uri url, CancellationToken cancellationToken)
    {
        _nodes.GetValueOrDefault(nodeId)?.Life.Become(status);
        return sender.SendAsync(url, new NodeStatusEvent(nodeId, status, clock.Next()), cancellationToken);
    }

    /// <summary>Lets every node take the next step of its life. Nodes without a webhook URL change silently.</summary>
    public Task AdvanceAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Values.Select(node =>
    {
        var status = node.Life.Next();
        return WebhookUrlOf(node.NodeId) is { } url
            ? sender.SendAsync(url, new NodeStatusEvent(node.NodeId, status, clock.Next()), cancellationToken)
            : Task.CompletedTask;
    }));

    private static Uri? ToUri(string? url) => url is null ? null : new Uri(url);

    private sealed record EmulatedNode(string NodeId, Uri? WebhookUrl, NodeLife Life);
}

using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary>Writes nodes.</summary>
internal static class NodeOutput
{
    public static void WriteNodes(this Terminal terminal, IReadOnlyList<CloudNode> nodes) =>
        terminal.Write(nodes.Select(NodeView.Of).ToList(), views => terminal.WriteTable(
            views,
            "The account has no nodes: nodes create makes one.",
            ["NODE", "NAME", "NETWORK", "STATUS", "WEBHOOK URL"],
            view => [view.NodeId, view.Name ?? "-", view.Network ?? "-", view.Status ?? "-", view.WebhookUrl ?? "-"]));

    public static void WriteNode(this Terminal terminal, CloudNode node) =>
        terminal.Write(NodeView.Of(node), view => terminal.WriteFields(
            ("node", view.NodeId),
            ("name", view.Name),
            ("network", view.Network),
            ("status", view.Status),
            ("webhook url", view.WebhookUrl ?? "none"),
            ("initialized", view.Initialized switch { true => "yes", false => "no", null => null }),
            ("invoke url", view.InvokeUrl),
            ("peer", view.Peer)));

    /// <summary>Writes what was done to a node.</summary>
    public static void WriteDone(this Terminal terminal, string nodeId, string done, string? cloudSays) =>
        terminal.Write(
            new Done(nodeId, done, cloudSays),
            _ => terminal.WriteLine($"{nodeId}: {done}.{(cloudSays is null ? "" : $" The cloud says: {cloudSays}")}"));

    private sealed record Done(string NodeId, string Result, string? Message);
}

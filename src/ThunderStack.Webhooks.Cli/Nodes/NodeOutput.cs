using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Output;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary>Writes nodes.</summary>
internal static class NodeOutput
{
    public static void WriteNodes(this Terminal terminal, IReadOnlyList<CloudNode> nodes)
    {
        var views = nodes.Select(NodeView.Of).ToList();
        if (terminal.IsJson)
        {
            terminal.WriteJson(views);
        }
        else if (views.Count == 0)
        {
            terminal.Note("The account has no nodes: nodes create makes one.");
        }
        else
        {
            terminal.WriteTable(
                ["NODE", "NAME", "NETWORK", "STATUS", "WEBHOOK URL"],
                views.Select(view => (IReadOnlyList<string>)[view.NodeId, view.Name ?? "-", view.Network ?? "-", view.Status ?? "-", view.WebhookUrl ?? "-"]));
        }
    }

    public static void WriteNode(this Terminal terminal, CloudNode node)
    {
        var view = NodeView.Of(node);
        if (terminal.IsJson)
        {
            terminal.WriteJson(view);
            return;
        }

        terminal.WriteFields(
            ("node", view.NodeId),
            ("name", view.Name),
            ("network", view.Network),
            ("status", view.Status),
            ("webhook url", view.WebhookUrl ?? "none"),
            ("initialized", view.Initialized switch { true => "yes", false => "no", null => null }),
            ("invoke url", view.InvokeUrl),
            ("peer", view.Peer));
    }

    /// <summary>Writes what was done to a node.</summary>
    public static void WriteDone(this Terminal terminal, string nodeId, string done, string? cloudSays)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new Done(nodeId, done, cloudSays));
        }
        else
        {
            terminal.WriteLine($"{nodeId}: {done}.{(cloudSays is null ? "" : $" The cloud says: {cloudSays}")}");
        }
    }

    private sealed record Done(string NodeId, string Result, string? Message);
}

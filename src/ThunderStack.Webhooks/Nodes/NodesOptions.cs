using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Nodes;

/// <summary>Section <c>ThunderStack</c>: the nodes whose events are accepted. Can be changed without a restart.</summary>
public sealed class NodesOptions
{
    /// <summary>The configured nodes; at least one.</summary>
    /// <value>Empty.</value>
    public IList<NodeOptions> Nodes { get; } = [];

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Nodes:*:NodeId") with { Reloads = true },
        Setting.Text("Nodes:*:Name") with { Reloads = true },
    ];
}

/// <summary>One configured node.</summary>
public sealed class NodeOptions
{
    /// <summary>The node's id as the cloud shows it, compared by exact code points; at most 256 characters.</summary>
    public string NodeId { get; set; } = "";

    /// <summary>A name for people.</summary>
    /// <value><see langword="null"/>.</value>
    public string? Name { get; set; }
}

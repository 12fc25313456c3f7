using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>How a node looks at a glance: its status, unless it runs and cannot be used all the same.</summary>
/// <param name="Node">The node.</param>
/// <param name="State">Its status as sent; <c>locked</c>, <c>unreachable</c> or <c>uninitialized</c> where it runs; <see langword="null"/> when nobody knows.</param>
/// <param name="Since">Since when.</param>
internal sealed record NodeFace(NodeView Node, string? State, DateTime? Since)
{
    private const string Running = "RUNNING";

    /// <summary>Whether it runs and nothing says that it cannot be used.</summary>
    public bool IsFine => State == Running;

    public string Name => string.IsNullOrEmpty(Node.Name) ? Node.Id : Node.Name;

    /// <summary>Its place among others: the worst first.</summary>
    public int Rank => State switch
    {
        "FAILED" => 0,
        "unreachable" => 1,
        "locked" => 2,
        "uninitialized" or "unauthorized" => 3,
        "IN_PROGRESS" or "STARTING" or "changing" => 4,
        "PAUSED" => 5,
        Running => 8,
        null => 7,
        _ => 6,
    };

    public static NodeFace Of(NodeView node) => node is { Status: Running, Readiness: { State: not NodeApiState.Ready } readiness }
        ? new NodeFace(node, readiness.State.ToString().ToLowerInvariant(), readiness.Since)
        : new NodeFace(node, node.Status, node.Since);

    /// <summary>All of them, the worst first, then by name.</summary>
    public static IReadOnlyList<NodeFace> Sort(IEnumerable<NodeView> nodes) =>
        [.. nodes.Select(Of).OrderBy(face => face.Rank).ThenBy(face => face.Name, StringComparer.OrdinalIgnoreCase)];
}

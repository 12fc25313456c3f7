using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>Whether nodes run.</summary>
internal static class NodeStatuses
{
    /// <summary>
    /// By its last event, or else by what the cloud said; <see langword="null"/> when neither tells.
    /// </summary>
    public static bool? IsRunning(NodeId node, IReadOnlyDictionary<NodeId, NodeState> states, IReadOnlyDictionary<NodeId, CloudNode>? cloud) =>
        states.TryGetValue(node, out var state) ? state.Status == NodeStatus.Running
        : cloud?.GetValueOrDefault(node)?.Status is { } status ? status == CloudNodeStatus.Running
        : null;
}

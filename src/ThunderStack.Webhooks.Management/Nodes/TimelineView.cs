using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>A stretch of time in which a node had one status.</summary>
internal sealed record SegmentView(string Status, DateTime From, DateTime To, string EventId, EventSource Source);

/// <summary>How a node was over time.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="Segments">Its statuses, the oldest first. Before the first nothing is known.</param>
/// <param name="Seconds">How long it had each.</param>
/// <param name="IsShortened">Whether there were more changes than are shown: then the oldest are left out.</param>
internal sealed record TimelineView(
    string NodeId, DateTime From, DateTime To, IReadOnlyList<SegmentView> Segments, IReadOnlyDictionary<string, double> Seconds, bool IsShortened);

using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>A stretch of time in which a node had one status.</summary>
/// <param name="Status">The status as sent.</param>
/// <param name="From">From when, in UTC.</param>
/// <param name="To">Until when, in UTC.</param>
/// <param name="EventId">The event that said so.</param>
/// <param name="Source">Who said so.</param>
public sealed record SegmentView(string Status, DateTime From, DateTime To, string EventId, EventSource Source)
{
    /// <summary>Finds the stretches between changes, as far as they lie within a time.</summary>
    /// <param name="ordered">The changes of one node, each with a status, by the instant that orders them: <see cref="InboxEntry.EffectiveAt"/>.</param>
    /// <param name="from">From when.</param>
    /// <param name="to">Until when.</param>
    /// <param name="now">Where the last one ends, if that is before.</param>
    /// <returns>The stretches, the oldest first.</returns>
    public static IReadOnlyList<SegmentView> Cut(IReadOnlyList<InboxEntry> ordered, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(ordered);
        var segments = new List<SegmentView>();
        for (var i = 0; i < ordered.Count; i++)
        {
            var start = Within(ordered[i].EffectiveAt);
            var end = Within(i + 1 < ordered.Count ? ordered[i + 1].EffectiveAt : now);
            if (end > start)
            {
                segments.Add(new SegmentView(ordered[i].Status!.Value.Value, start.UtcDateTime, end.UtcDateTime, ordered[i].Id.ToString(), ordered[i].Source));
            }
        }

        return segments;

        DateTimeOffset Within(DateTimeOffset instant) => instant < from ? from : instant > to ? to : instant;
    }
}

/// <summary>How a node was over time.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="From">From when, in UTC.</param>
/// <param name="To">Until when, in UTC.</param>
/// <param name="Segments">Its statuses, the oldest first. Before the first nothing is known.</param>
/// <param name="Seconds">How long it had each, in seconds by status.</param>
/// <param name="IsShortened">Whether there were more changes than are shown: then the oldest are left out.</param>
public sealed record TimelineView(
    string NodeId, DateTime From, DateTime To, IReadOnlyList<SegmentView> Segments, IReadOnlyDictionary<string, double> Seconds, bool IsShortened);

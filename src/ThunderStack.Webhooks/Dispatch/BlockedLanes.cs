using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// How long each lane of a handler has had the same event at its head, as far as this process has seen: no clock that is set can
/// make that longer or shorter.
/// </summary>
internal sealed class BlockedLanes(TimeProvider time)
{
    private static readonly TimeSpan BlockedAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WarnedAgainAfter = TimeSpan.FromHours(1);

    private Dictionary<NodeId, Standing> _lanes = [];

    /// <summary>Takes in how the lanes stand now, and returns those to warn of, with how long they have been blocked.</summary>
    public IReadOnlyList<(LaneBacklog Lane, TimeSpan Blocked)> Update(IReadOnlyList<LaneBacklog> lanes)
    {
        var now = time.GetTimestamp();
        var before = _lanes;
        _lanes = lanes.ToDictionary(
            lane => lane.NodeId,
            lane => before.TryGetValue(lane.NodeId, out var standing) && standing.Head == lane.Head ? standing : new Standing(lane.Head, now));
        var due = new List<(LaneBacklog Lane, TimeSpan Blocked)>();
        foreach (var lane in lanes)
        {
            var standing = _lanes[lane.NodeId];
            var blocked = time.GetElapsedTime(standing.Since, now);
            if (blocked >= BlockedAfter && (standing.WarnedAt is not { } warnedAt || time.GetElapsedTime(warnedAt, now) >= WarnedAgainAfter))
            {
                standing.WarnedAt = now;
                due.Add((lane, blocked));
            }
        }

        return due;
    }

    private sealed class Standing(WebhookEventId head, long since)
    {
        public WebhookEventId Head => head;

        public long Since => since;

        public long? WarnedAt { get; set; }
    }
}

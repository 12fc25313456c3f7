using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>What waits for a handler.</summary>
internal sealed record HandlerBacklog(string Handler, long Pending, long Scheduled, TimeSpan Oldest)
{
    public static HandlerBacklog Of(string handler, IReadOnlyList<LaneBacklog> lanes, DateTimeOffset now)
    {
        var oldest = lanes.Count > 0 ? now - lanes.Min(lane => lane.OldestReceivedAt) : TimeSpan.Zero;
        return new HandlerBacklog(
            handler,
            lanes.Sum(lane => (long)lane.Pending),
            lanes.Sum(lane => (long)lane.Scheduled),
            oldest > TimeSpan.Zero ? oldest : TimeSpan.Zero);
    }
}

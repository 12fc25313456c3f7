using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A claim, and where it came from.</summary>
internal sealed class PostgreSqlDelivery : Delivery
{
    private int _settled;

    public required HandlerQueue Queue { get; init; }

    public required Lane Lane { get; init; }

    public required LaneItem Item { get; init; }

    public static PostgreSqlDelivery Of(HandlerQueue queue, Lane lane, LaneItem item) => new()
    {
        Queue = queue,
        Lane = lane,
        Item = item,
        Handler = queue.Name,
        Entry = item.Entry,
        Attempt = item.Attempts + 1,
        IsStale = item.Entry.Status is not null && lane.Node.IsStale(Instant.EffectiveAt(item.Entry)),
    };

    /// <summary>Whether this call is the one that ends the claim.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

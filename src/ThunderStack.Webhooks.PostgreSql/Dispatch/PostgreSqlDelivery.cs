using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A delivery that was granted to this replica, and the lane it was granted in.</summary>
internal sealed class PostgreSqlDelivery : Delivery
{
    private int _settled;

    public required HandlerLanes Lanes { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>The event's place in the order of receipt.</summary>
    public required long Seq { get; init; }

    public static PostgreSqlDelivery Of(HandlerLanes lanes, Lane lane, GrantedDelivery granted) => new()
    {
        Lanes = lanes,
        Lane = lane,
        Seq = granted.Seq,
        Handler = lanes.Name,
        Entry = granted.Entry,
        Attempt = granted.Attempts + 1,
        IsStale = granted.IsStale,
    };

    /// <summary>Whether this call is the one that ends the claim.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A delivery that was granted to this replica, and the lane it was granted in.</summary>
internal sealed class PostgreSqlDelivery : ClaimedDelivery
{
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
}

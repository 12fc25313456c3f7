namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>A claim, and where it came from.</summary>
internal sealed class SqliteDelivery : ClaimedDelivery
{
    public required HandlerQueue Queue { get; init; }

    public required long Seq { get; init; }

    public required NodeSlot Node { get; init; }
}

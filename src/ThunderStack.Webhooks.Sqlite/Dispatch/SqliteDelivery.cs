using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>A claim, and where it came from.</summary>
internal sealed class SqliteDelivery : Delivery
{
    private int _settled;

    public required HandlerQueue Queue { get; init; }

    public required long Seq { get; init; }

    public required NodeSlot Node { get; init; }

    /// <summary>Whether this call is the one that ends the claim.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

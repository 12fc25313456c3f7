using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A claim, and where it came from.</summary>
internal sealed class PostgreSqlDelivery : Delivery
{
    private int _settled;

    public required HandlerQueue Queue { get; init; }

    public required Lane Lane { get; init; }

    public required LaneItem Item { get; init; }

    /// <summary>Whether this call is the one that ends the claim.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

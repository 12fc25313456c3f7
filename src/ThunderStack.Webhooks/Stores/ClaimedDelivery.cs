using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>A claim that ends once.</summary>
internal abstract class ClaimedDelivery : Delivery
{
    private int _settled;

    /// <summary>Whether this call is the one that ends it.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

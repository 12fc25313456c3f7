using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>A claim that ends once.</summary>
internal abstract class ClaimedDelivery : Delivery
{
    private int _settled;

    /// <summary>How many attempts have been made when it has ended so: being left out is none.</summary>
    public int AttemptsAfter(Settlement settlement) => settlement.Outcome == DeliveryOutcome.Filtered ? Attempt - 1 : Attempt;

    /// <summary>Whether this call is the one that ends it.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

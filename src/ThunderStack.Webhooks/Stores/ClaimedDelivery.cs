using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// A claim that ends once. A store derives from it, to keep what it needs to settle the claim: a place in a queue, a lease.
/// </summary>
public abstract class ClaimedDelivery : Delivery
{
    private int _settled;

    /// <summary>How many attempts have been made when it has ended so: being left out by a filter is none.</summary>
    /// <param name="settlement">What it came to.</param>
    public int AttemptsAfter(Settlement settlement) => settlement.Outcome == DeliveryOutcome.Filtered ? Attempt - 1 : Attempt;

    /// <summary>Whether this call is the one that ends it.</summary>
    internal bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

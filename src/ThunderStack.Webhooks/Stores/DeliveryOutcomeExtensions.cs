using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>What outcomes are stored as.</summary>
public static class DeliveryOutcomeExtensions
{
    /// <summary>How a delivery stands after an attempt that came to this.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="DeliveryOutcome.Released"/>, which leaves no result.</exception>
    public static DeliveryState ToState(this DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Succeeded => DeliveryState.Succeeded,
        DeliveryOutcome.Retry => DeliveryState.Scheduled,
        DeliveryOutcome.DeadLettered => DeliveryState.DeadLettered,
        DeliveryOutcome.Superseded => DeliveryState.Superseded,
        DeliveryOutcome.Filtered => DeliveryState.Filtered,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome leaves no result."),
    };
}

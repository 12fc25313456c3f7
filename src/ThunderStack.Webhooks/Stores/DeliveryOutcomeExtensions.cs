using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>What outcomes are stored as.</summary>
internal static class DeliveryOutcomeExtensions
{
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

using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>What an attempt came to, as the stream tells it.</summary>
internal sealed record LiveDeliveryView(
    string EventId, string? NodeId, string Handler, DeliveryState State, int Attempts, DateTime At, string? ErrorCode, string? Error);

/// <summary>What happened to a condition, as the stream tells it.</summary>
internal sealed record LiveConditionView(ConditionChange Change, DateTime At, ConditionView Condition);

/// <summary>Shows what was committed.</summary>
internal sealed class LiveViews(EventViews events)
{
    /// <summary>The name and the data of the message; nothing for what changes nothing that anybody looks at.</summary>
    public (string Name, object Data)? Of(InboxHint hint) => hint switch
    {
        InboxHint.Stored { Entry: var entry } => ("event", events.Of(entry)),
        InboxHint.Changed changed => ("condition", new LiveConditionView(changed.Change, changed.At.UtcDateTime, ConditionView.Of(changed.Condition))),
        InboxHint.Settled { Settlement.Outcome: not (DeliveryOutcome.Filtered or DeliveryOutcome.Released) } settled => ("delivery", Of(settled)),
        _ => null,
    };

    private static LiveDeliveryView Of(InboxHint.Settled settled)
    {
        var (delivery, settlement) = (settled.Delivery, settled.Settlement);
        return new LiveDeliveryView(
            delivery.Entry.Id.ToString(),
            delivery.Entry.NodeId.Value is { Length: > 0 } node ? node : null,
            delivery.Handler,
            settlement.Outcome.ToState(),
            delivery.Attempt,
            settlement.At.UtcDateTime,
            settlement.ErrorCode,
            settlement.Error);
    }
}

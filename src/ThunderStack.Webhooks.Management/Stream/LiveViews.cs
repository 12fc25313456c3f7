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

/// <summary>What somebody did with deliveries, as the stream tells it.</summary>
/// <param name="Change"><c>replayed</c> or <c>discarded</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Handler">Of which handler, where it was one.</param>
/// <param name="EventId">Of which event, where it was one.</param>
internal sealed record LiveDeliveriesView(string Change, int Count, string? Handler, string? EventId);

/// <summary>Whether a handler is paused now, as the stream tells it.</summary>
internal sealed record LiveHandlerView(string Name, bool IsPaused, string? PausedBy);

/// <summary>Shows what was committed.</summary>
internal sealed class LiveViews(EventViews events)
{
    /// <summary>The name and the data of the message; nothing for what changes nothing that anybody looks at.</summary>
    public (string Name, object Data)? Of(InboxHint hint) => hint switch
    {
        InboxHint.Stored { Entry: var entry } => ("event", events.Of(entry)),
        InboxHint.Changed changed => ("condition", new LiveConditionView(changed.Change, changed.At.UtcDateTime, ConditionView.Of(changed.Condition))),
        InboxHint.Settled { Delivery: { State: not DeliveryState.Filtered } delivery } => ("delivery", Of(delivery)),
        InboxHint.Replayed replayed => ("deliveries", Of("replayed", replayed.Filter, replayed.Count)),
        InboxHint.Discarded discarded => ("deliveries", Of("discarded", discarded.Filter, discarded.Count)),
        InboxHint.Paused paused => ("handler", new LiveHandlerView(paused.Handler, paused.By is not null, paused.By)),
        _ => null,
    };

    private static LiveDeliveryView Of(DeliveryRecord delivery) => new(
        delivery.EventId.ToString(),
        delivery.NodeId.Value is { Length: > 0 } node ? node : null,
        delivery.Handler,
        delivery.State,
        delivery.Attempts,
        delivery.At.UtcDateTime,
        delivery.ErrorCode,
        delivery.Error);

    private static LiveDeliveriesView Of(string change, DeliveryFilter filter, int count) => new(change, count, filter.Handler, filter.EventId?.ToString());
}

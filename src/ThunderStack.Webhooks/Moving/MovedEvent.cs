using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Moving;

/// <summary>An id that an inbox knows, with what there still is of its event: how one store hands it to another.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Place">Its place in the order of receipt.</param>
/// <param name="Entry">The event; <see langword="null"/> once retention has removed it.</param>
/// <param name="Deliveries">How it stands with each handler that was to have it, by the handler's name.</param>
public sealed record MovedEvent(WebhookEventId Id, long Place, InboxEntry? Entry, IReadOnlyList<MovedDelivery> Deliveries);

/// <summary>How an event stands with a handler.</summary>
/// <param name="Handler">The handler's name.</param>
/// <param name="State">How it stands; <see cref="DeliveryState.Pending"/> when no attempt has ended yet.</param>
/// <param name="Turn">When its turn is, among the places of events: a replayed one waits behind what its node had then.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="At">When the last one ended.</param>
/// <param name="DueAt">When the next one is due.</param>
/// <param name="Error">What failed last.</param>
public sealed record MovedDelivery(
    string Handler, DeliveryState State, long Turn, int Attempts, DateTimeOffset At, DateTimeOffset? DueAt, string? Error)
{
    /// <summary>A delivery that nobody has attempted.</summary>
    public static MovedDelivery Pending(string handler, long turn) =>
        new(handler, DeliveryState.Pending, turn, 0, DateTimeOffset.UnixEpoch, null, null);
}

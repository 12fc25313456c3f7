using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>Puts together what the store knows of one event.</summary>
internal sealed class EventDetails(IInboxAdministration inbox, EventViews views)
{
    private const int MostHandlers = 500;

    /// <summary>The event with its deliveries.</summary>
    /// <param name="id">The event.</param>
    /// <param name="withPending">Whether deliveries are listed, too, that no attempt has ended of.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns><see langword="null"/>: there is none.</returns>
    public async Task<EventDetailView?> FindAsync(WebhookEventId id, bool withPending, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(id, cancellationToken) is not { } entry)
        {
            return null;
        }

        var failed = (await inbox.ListFailedAttemptsAsync(id, cancellationToken)).ToLookup(attempt => attempt.Handler, StringComparer.Ordinal);
        var deliveries = withPending
            ? (await inbox.PageDeliveriesAsync(new DeliveryFilter { EventId = id, DeadLettersOnly = false }, MostHandlers, cursor: null, cancellationToken)).Items
            : await inbox.ListDeliveriesAsync(id, cancellationToken);
        return EventDetailView.Of(views.Of(entry), entry, deliveries.Select(delivery => new EventDeliveryView(
            delivery.Handler, delivery.State, delivery.Attempts, delivery.At.UtcDateTime, delivery.DueAt?.UtcDateTime, delivery.ErrorCode, delivery.Error,
            [.. failed[delivery.Handler].Select(FailedAttemptView.Of)])));
    }
}

using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// Handles events of one type. Called at least once for each: a crash between the end of <see cref="HandleAsync"/> and its
/// record repeats the call, so let it be idempotent (by <see cref="DeliveryContext.EventId"/>).
/// </summary>
/// <typeparam name="TEvent">
/// <see cref="NodeStatusUpdated"/>, <see cref="UnknownWebhookEvent"/>, or <see cref="WebhookEvent"/> for all.
/// </typeparam>
public interface IWebhookHandler<in TEvent>
    where TEvent : WebhookEvent
{
    /// <summary>
    /// Handles one event. Returning means success. Throwing means failure, and the event is tried again later; throw
    /// <see cref="DeadLetterException"/> when trying again is pointless, or <see cref="RetryAfterException"/> to say when.
    /// </summary>
    /// <param name="webhookEvent">The event.</param>
    /// <param name="context">What is known of this attempt.</param>
    /// <param name="cancellationToken">Cancelled when the attempt takes longer than the timeout, or at shutdown.</param>
    Task HandleAsync(TEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken);
}

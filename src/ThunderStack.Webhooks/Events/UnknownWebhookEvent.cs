namespace ThunderStack.Webhooks.Events;

/// <summary>
/// An authentic event of a type that nobody has added. <see cref="Dispatch.DeliveryContext.Body"/> has all of it.
/// </summary>
public sealed record UnknownWebhookEvent : WebhookEvent;

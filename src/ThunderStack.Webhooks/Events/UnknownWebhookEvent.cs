namespace ThunderStack.Webhooks.Events;

/// <summary>
/// An authentic event of a type this version does not know. <see cref="Dispatch.DeliveryContext.Body"/> has all of it.
/// </summary>
public sealed record UnknownWebhookEvent : WebhookEvent;

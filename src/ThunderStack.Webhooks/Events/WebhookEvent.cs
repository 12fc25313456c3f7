namespace ThunderStack.Webhooks.Events;

/// <summary>An authentic event, as handlers see it.</summary>
public abstract record WebhookEvent
{
    /// <summary>The event's identity; the same for every copy of the same body.</summary>
    public required WebhookEventId Id { get; init; }

    /// <summary><c>eventType</c> as sent.</summary>
    public required string EventType { get; init; }

    /// <summary>The node that the event is about.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Where the event comes from.</summary>
    /// <value><see cref="EventSource.Webhook"/>.</value>
    public EventSource Source { get; init; }

    /// <summary><c>eventTimestamp</c>, or <see langword="null"/> when the event carries none.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}

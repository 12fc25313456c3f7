using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>Which deliveries to list, replay or discard; everything given must hold.</summary>
public sealed record DeliveryFilter
{
    /// <summary>Only this event.</summary>
    public WebhookEventId? EventId { get; init; }

    /// <summary>Only this handler; otherwise all registered ones.</summary>
    public string? Handler { get; init; }

    /// <summary>Only this node.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>Only events received at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only events received before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only dead letters; otherwise those and what succeeded or was discarded.</summary>
    /// <value><see langword="true"/>.</value>
    public bool DeadLettersOnly { get; init; } = true;

    /// <summary>Only deliveries in this state. Only lists take one; it replaces <see cref="DeadLettersOnly"/>.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>Only what failed last with this <see cref="Settlement.ErrorCode"/>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Only what ended up to this instant: what was counted then, and nothing that came since.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

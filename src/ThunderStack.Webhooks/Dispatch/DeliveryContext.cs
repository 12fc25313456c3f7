using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>What a handler is told about the attempt it is making.</summary>
public sealed class DeliveryContext
{
    /// <summary>The event's identity; use it to make a handler idempotent.</summary>
    public required WebhookEventId EventId { get; init; }

    /// <summary>The stable name of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the receiver accepted the event.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether the node already has a newer event: this one tells history, not the present.</summary>
    public required bool IsStale { get; init; }

    /// <summary>The exact body, as it was signed; for a reconciled event what the receiver wrote down.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The decoded signature over <see cref="Body"/>; empty for a reconciled event.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }
}

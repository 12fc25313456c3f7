using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>An event as it is stored: what was signed, by which key, and what was read from it.</summary>
/// <remarks>This is evidence: <see cref="Body"/> and <see cref="Signature"/> can be verified again, offline.</remarks>
public sealed class InboxEntry
{
    /// <summary>The event's identity, and the store's primary key.</summary>
    public required WebhookEventId Id { get; init; }

    /// <summary>The node that the event is about.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Where the event comes from.</summary>
    /// <value><see cref="EventSource.Webhook"/>.</value>
    public EventSource Source { get; init; }

    /// <summary><c>eventType</c> as sent.</summary>
    public required string EventType { get; init; }

    /// <summary>The node's status; <see langword="null"/> for an event type without one.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary><c>eventTimestamp</c> exactly as sent.</summary>
    public string? TimestampText { get; init; }

    /// <summary><c>eventTimestamp</c> as an instant.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>When this receiver accepted the event. Stores keep milliseconds.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The exact bytes that were signed, or that the receiver wrote down for a reconciled event; empty once retention has removed them.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The decoded signature; empty for a reconciled event, and once retention has removed it.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The key that the signature was verified with; <see langword="null"/> for a reconciled event only.</summary>
    public required KeyFingerprint? Key { get; init; }

    /// <summary>
    /// Whether it changed its node's status when it was stored; a webhook that repeats the status, or is older than it, does not.
    /// <see langword="true"/> for an event without a status. The store says so of what it is given before it hands it out.
    /// </summary>
    /// <value><see langword="true"/> until it is stored.</value>
    public bool IsChange { get; set; } = true;

    /// <summary>
    /// The trace in which the event was received (W3C Trace Context), when somebody listens. Not stored: the attempts that follow
    /// at once know it, those after a restart do not.
    /// </summary>
    internal string? TraceParent { get; init; }

    /// <summary>
    /// The instant that orders a node's events: the lesser of <see cref="Timestamp"/> and <see cref="ReceivedAt"/>, so that
    /// a timestamp in the far future cannot pin a node's state.
    /// </summary>
    public DateTimeOffset EffectiveAt => Timestamp is { } sent && sent < ReceivedAt ? sent : ReceivedAt;
}

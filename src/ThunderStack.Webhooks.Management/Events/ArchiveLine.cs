using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>A line of an archive: a public key, or an event that was accepted with one of the keys above it. The command line has this file too.</summary>
internal sealed record ArchiveLine(ArchivedKey? Key, ArchivedEvent? Event);

/// <summary>A public key.</summary>
internal sealed record ArchivedKey(string Fingerprint, string PublicKey);

/// <summary>An event with its evidence: the exact body and signature, in base64.</summary>
internal sealed record ArchivedEvent(
    string EventId,
    string NodeId,
    string EventType,
    string? Status,
    string? EventTimestamp,
    DateTimeOffset ReceivedAt,
    EventSource Source,
    string? KeyFingerprint,
    string? Signature,
    string Body)
{
    public static ArchivedEvent Of(InboxEntry entry) => new(
        entry.Id.ToString(),
        entry.NodeId.Value,
        entry.EventType,
        entry.Status?.Value,
        entry.TimestampText,
        entry.ReceivedAt,
        entry.Source,
        entry.Key?.Value,
        entry.Signature.IsEmpty ? null : Convert.ToBase64String(entry.Signature.Span),
        Convert.ToBase64String(entry.Body.Span));

    /// <exception cref="FormatException">A value is not what an export writes.</exception>
    public InboxEntry ToEntry() => new()
    {
        Id = WebhookEventId.TryParse(EventId, out var id) ? id : throw new FormatException("The event id is not one."),
        NodeId = new NodeId(NodeId),
        EventType = EventType,
        Status = Status is null ? null : new NodeStatus(Status),
        TimestampText = EventTimestamp,
        Timestamp = ThunderStack.Webhooks.Events.EventTimestamp.TryParse(EventTimestamp, out var at) ? at : null,
        ReceivedAt = ReceivedAt,
        Source = Source,
        Key = KeyFingerprint is null ? null : new KeyFingerprint(KeyFingerprint),
        Signature = Signature is null ? default : Convert.FromBase64String(Signature),
        Body = Convert.FromBase64String(Body),
    };
}

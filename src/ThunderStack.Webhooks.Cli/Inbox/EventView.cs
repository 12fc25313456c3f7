using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>A stored event as it is listed.</summary>
internal sealed record EventView(
    string EventId,
    string NodeId,
    string EventType,
    string? Status,
    string? EventTimestamp,
    DateTimeOffset ReceivedAt,
    EventSource Source,
    string? KeyFingerprint)
{
    public static EventView Of(ReceiverAnswers.Event found) => new(
        found.Id, found.NodeId ?? "", found.EventType, found.Status, found.TimestampText, found.ReceivedAt, found.Source, found.KeyFingerprint);

    public static EventView Of(InboxEntry entry) => new(
        entry.Id.ToString(),
        entry.NodeId.Value,
        entry.EventType,
        entry.Status?.Value,
        entry.TimestampText,
        entry.ReceivedAt,
        entry.Source,
        entry.Key?.Value);
}

using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>An event without its body.</summary>
/// <param name="Id">Its id.</param>
/// <param name="NodeId">The node that it is about; <see langword="null"/> when it is about none.</param>
/// <param name="NodeName">The name that the settings give that node.</param>
/// <param name="Source">Who said so.</param>
/// <param name="EventType"><c>eventType</c> as sent.</param>
/// <param name="Status">The node's status as sent.</param>
/// <param name="Timestamp"><c>eventTimestamp</c> as an instant, in UTC; <see langword="null"/> when it is none.</param>
/// <param name="ReceivedAt">When this receiver accepted it, in UTC.</param>
/// <param name="IsChange">Whether it changed its node's status.</param>
/// <param name="TimestampText"><c>eventTimestamp</c> exactly as sent.</param>
/// <param name="KeyFingerprint">The SHA-256 of the key that verified it; <see langword="null"/> when nobody has signed it.</param>
public sealed record EventView(
    string Id, string? NodeId, string? NodeName, EventSource Source, string EventType, string? Status, DateTime? Timestamp, DateTime ReceivedAt, bool IsChange,
    string? TimestampText, string? KeyFingerprint);

/// <summary>Shows events, with the names that their nodes have at this moment.</summary>
internal sealed class EventViews(NodeDirectory nodes)
{
    public EventView Of(InboxEntry entry) => new(
        entry.Id.ToString(),
        entry.NodeId.Value is { Length: > 0 } node ? node : null,
        NameOf(entry.NodeId),
        entry.Source,
        entry.EventType,
        entry.Status?.Value,
        entry.Timestamp?.UtcDateTime,
        entry.ReceivedAt.UtcDateTime,
        entry.IsChange,
        entry.TimestampText,
        entry.Key?.Value);

    public string? NameOf(NodeId node) => nodes.Find(node)?.Name;
}

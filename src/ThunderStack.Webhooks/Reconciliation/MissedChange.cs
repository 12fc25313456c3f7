using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>A status that the cloud reports and no webhook told.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Status">What the cloud says it is.</param>
/// <param name="Last">What the last event said; <see langword="null"/> when there was none.</param>
internal sealed record MissedChange(NodeId NodeId, NodeStatus Status, NodeState? Last)
{
    /// <summary>
    /// The event that makes good for it. Its body, and so its id, follows from the change alone: however often, and by however
    /// many replicas, the same change is noticed, the inbox keeps it once.
    /// </summary>
    /// <param name="askedAt">When the cloud was asked. An event after that is newer than this one.</param>
    /// <param name="now">The time of receipt.</param>
    public InboxEntry ToEntry(DateTimeOffset askedAt, DateTimeOffset now)
    {
        var body = WriteBody();
        return new InboxEntry
        {
            Id = WebhookEventId.Create(Last?.EffectiveAt, SHA256.HashData(body)),
            Source = EventSource.Reconciled,
            NodeId = NodeId,
            EventType = NodeStatusUpdated.TypeName,
            Status = Status,
            Timestamp = askedAt,
            ReceivedAt = now,
            Body = body,
            Signature = default,
            Key = null,
        };
    }

    private byte[] WriteBody()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType"u8, NodeStatusUpdated.TypeName);
            json.WriteString("source"u8, "reconciled"u8);
            json.WriteStartObject("details"u8);
            json.WriteString("nodeId"u8, NodeId.Value);
            json.WriteString("status"u8, Status.Value);
            json.WriteEndObject();
            json.WriteString("nodeId"u8, NodeId.Value);
            if (Last is { } last)
            {
                json.WriteString("after"u8, last.EventId.ToString());
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary>What this product itself stores as an event: nobody has signed it, and its id follows from what it says.</summary>
internal static class ObservedEvent
{
    /// <summary>Makes one.</summary>
    /// <param name="type">Its <c>eventType</c>.</param>
    /// <param name="nodeId">The node that it is about; empty when it is about none.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="writeDetails">Writes its own members.</param>
    public static InboxEntry Write(string type, NodeId nodeId, DateTimeOffset at, Action<Utf8JsonWriter> writeDetails)
    {
        var body = WriteBody(type, nodeId, at, writeDetails);
        return new InboxEntry
        {
            Id = WebhookEventId.Create(at, SHA256.HashData(body)),
            Source = EventSource.Observed,
            NodeId = nodeId,
            EventType = type,
            Timestamp = at,
            ReceivedAt = ReceiptTime.Of(at),
            Body = body,
            Signature = default,
            Key = null,
        };
    }

    private static byte[] WriteBody(string type, NodeId nodeId, DateTimeOffset at, Action<Utf8JsonWriter> writeDetails)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventType"u8, type);
            json.WriteString("eventTimestamp"u8, at);
            json.WriteString("source"u8, "observed"u8);
            writeDetails(json);
            json.WriteString("nodeId"u8, nodeId.Value);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

using Npgsql;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Reads an <see cref="InboxEntry"/> from a row.</summary>
internal static class EntryColumns
{
    /// <summary>What to select, from <see cref="From"/>.</summary>
    public const string Select =
        "e.id, n.node_id, e.source, e.type, e.status, e.event_timestamp, e.occurred_at, e.received_at, k.fingerprint, e.signature, e.body";

    public const int Count = 11;

    public static string From(SchemaName schema) => $"{schema}.events e {Joins(schema)}";

    public static string Joins(SchemaName schema) =>
        $"JOIN {schema}.nodes n ON n.node = e.node LEFT JOIN {schema}.public_keys k ON k.key = e.key";

    public static InboxEntry Read(NpgsqlDataReader row, int first = 0) => new()
    {
        Id = new EventId(row.GetFieldValue<byte[]>(first)),
        NodeId = new NodeId(StoredText.Decode(row.GetString(first + 1))),
        Source = (EventSource)row.GetInt16(first + 2),
        EventType = StoredText.Decode(row.GetString(first + 3)),
        Status = row.Text(first + 4) is { } status ? new NodeStatus(status) : null,
        TimestampText = row.Text(first + 5),
        Timestamp = row.Number(first + 6) is { } occurredAt ? Instant.FromMicroseconds(occurredAt) : null,
        ReceivedAt = Instant.FromMilliseconds(row.GetInt64(first + 7)),
        Key = row.Text(first + 8) is { } fingerprint ? new KeyFingerprint(fingerprint) : null,
        Signature = row.GetFieldValue<byte[]>(first + 9),
        Body = row.GetFieldValue<byte[]>(first + 10),
    };

    public static string? Text(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : StoredText.Decode(row.GetString(column));

    public static long? Number(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

using System.Runtime.InteropServices;
using NpgsqlTypes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Reads an <see cref="InboxEntry"/> from a row, and writes entries as parameters.</summary>
internal static class EntryColumns
{
    /// <summary>What to select, from <see cref="From"/>.</summary>
    public const string Select =
        "e.id, n.node_id, e.source, e.type, e.status, e.event_timestamp, e.occurred_at, e.received_at, k.fingerprint, e.signature, e.body, e.changed";

    public const int Count = 12;

    public static string From(SchemaName schema) => $"{schema}.events e {Joins(schema)}";

    public static string Joins(SchemaName schema) =>
        $"JOIN {schema}.nodes n ON n.node = e.node LEFT JOIN {schema}.public_keys k ON k.key = e.key";

    public static InboxEntry Read(NpgsqlDataReader row, int first = 0) => new()
    {
        Id = new WebhookEventId(row.GetFieldValue<byte[]>(first)),
        NodeId = new NodeId(StoredText.Decode(row.GetString(first + 1))),
        Source = (EventSource)row.GetInt16(first + 2),
        EventType = StoredText.Decode(row.GetString(first + 3)),
        Status = row.Text(first + 4) is { } status ? new NodeStatus(status) : null,
        TimestampText = row.Text(first + 5),
        Timestamp = Instant.FromMicroseconds(row.Number(first + 6)),
        ReceivedAt = Instant.FromMilliseconds(row.GetInt64(first + 7)),
        Key = row.Text(first + 8) is { } fingerprint ? new KeyFingerprint(fingerprint) : null,
        Signature = row.GetFieldValue<byte[]>(first + 9),
        Body = row.GetFieldValue<byte[]>(first + 10),
        IsChange = row.GetBoolean(first + 11),
    };

    /// <summary>
    /// Adds eight arrays: <c>id</c>, <c>node_id</c>, <c>source</c>, <c>type</c>, <c>status</c>, <c>event_timestamp</c>,
    /// <c>occurred_at</c>, <c>received_at</c>.
    /// </summary>
    public static NpgsqlBatchCommand WithFields(this NpgsqlBatchCommand command, IReadOnlyList<InboxEntry> entries) => command
        .With(entries.Column(entry => entry.Id.ToByteArray()), NpgsqlDbType.Array | NpgsqlDbType.Bytea)
        .With(entries.Column(entry => StoredText.Encode(entry.NodeId.Value)), NpgsqlDbType.Array | NpgsqlDbType.Text)
        .With(entries.Column(entry => (short)entry.Source))
        .With(entries.Column(entry => StoredText.Encode(entry.EventType)), NpgsqlDbType.Array | NpgsqlDbType.Text)
        .With(entries.Column(entry => StoredText.Encode(entry.Status?.Value)), NpgsqlDbType.Array | NpgsqlDbType.Text)
        .With(entries.Column(entry => StoredText.Encode(entry.TimestampText)), NpgsqlDbType.Array | NpgsqlDbType.Text)
        .With(entries.Column(entry => Instant.ToMicroseconds(entry.Timestamp)))
        .With(entries.Column(entry => Instant.ToMilliseconds(entry.ReceivedAt)));

    /// <summary>Adds two arrays: <c>signature</c>, <c>body</c>.</summary>
    public static NpgsqlBatchCommand WithBytes(this NpgsqlBatchCommand command, IReadOnlyList<InboxEntry> entries) => command
        .With(entries.Column(entry => Bytes(entry.Signature)), NpgsqlDbType.Array | NpgsqlDbType.Bytea)
        .With(entries.Column(entry => Bytes(entry.Body)), NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    public static string? Text(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : StoredText.Decode(row.GetString(column));

    public static long? Number(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    // The endpoint hands over whole arrays; there is nothing to copy then.
    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : memory.ToArray();
}

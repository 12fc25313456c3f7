using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Reads an <see cref="InboxEntry"/> from a row.</summary>
internal static class EntryColumns
{
    /// <summary>What to select, from <see cref="Source"/>.</summary>
    public const string Select =
        "e.id, e.node_id, e.type, e.status, e.event_timestamp, e.occurred_at, e.received_at, k.fingerprint, e.signature, e.body, e.source, e.changed";

    /// <summary>How many columns <see cref="Select"/> has.</summary>
    public const int Count = 12;

    public const string Source = "events e LEFT JOIN public_keys k ON k.key = e.key";

    public static InboxEntry Read(Statement row) => new()
    {
        Id = new WebhookEventId(row.GetSpan(0)),
        NodeId = new NodeId(row.GetString(1)),
        EventType = row.GetString(2),
        Status = row.GetText(3) is { } status ? new NodeStatus(status) : null,
        TimestampText = row.GetText(4),
        Timestamp = Instant.FromMicroseconds(row.GetNullableInt64(5)),
        ReceivedAt = Instant.FromMilliseconds(row.GetInt64(6)),
        Key = row.GetText(7) is { } fingerprint ? new KeyFingerprint(fingerprint) : null,
        Signature = row.GetBytes(8),
        Body = row.GetBytes(9),
        Source = (EventSource)row.GetInt64(10),
        IsChange = row.GetInt64(11) != 0,
    };
}

using System.Text.Json;
using Npgsql;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>An event as it is stored: a change of a node's status, or of a condition.</summary>
internal sealed record StoredTransition
{
    // One statement, which sees one moment.
    private const string Select =
        """
        SELECT e.seq, e.id, n.node_id, e.type, coalesce(e.status, ''), e.changed, e.occurred_at, CASE WHEN e.source = 2 THEN convert_from(e.body, 'UTF8') END,
            (SELECT coalesce(json_object_agg(h.name, d.state), '{}')::text FROM thunderstack.deliveries d JOIN thunderstack.handlers h ON h.handler = d.handler
                WHERE d.seq = e.seq)
        FROM thunderstack.events e JOIN thunderstack.nodes n ON n.node = e.node ORDER BY e.seq
        """;

    private const string ConditionPrefix = "CONDITION_";

    /// <summary>Its place in the order of receipt.</summary>
    public required long Place { get; init; }

    public required WebhookEventId Id { get; init; }

    public required string Node { get; init; }

    /// <summary>What the node did; empty for a condition.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it changed the node's status, as the store has it.</summary>
    public required bool IsChange { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The kind of the condition; empty for a status.</summary>
    public string Condition { get; init; } = "";

    /// <summary>What happened to it: <c>opened</c> or <c>closed</c>.</summary>
    public string Change { get; init; } = "";

    /// <summary>Since when it held.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How its deliveries ended, by handler; one that is not there has not.</summary>
    public required IReadOnlyDictionary<string, DeliveryEnd> Deliveries { get; init; }

    /// <summary>What stands for it in a later message.</summary>
    public string Brief => $"{(Condition.Length > 0 ? $"{Condition} {Change}" : Status)} ({At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC)";

    /// <summary>Everything that is stored, in the order of receipt.</summary>
    public static IReadOnlyList<StoredTransition> ReadAll(string connectionString)
    {
        using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        connection.Open();
        using var select = new NpgsqlCommand(Select, connection);
        using var row = select.ExecuteReader();
        var stored = new List<StoredTransition>();
        while (row.Read())
        {
            stored.Add(Read(row));
        }

        return stored;
    }

    public override string ToString() => $"{Node} {Brief}";

    private static StoredTransition Read(NpgsqlDataReader row)
    {
        var transition = new StoredTransition
        {
            Place = row.GetInt64(0),
            Id = new WebhookEventId(row.GetFieldValue<byte[]>(1)),
            Node = row.GetString(2),
            Status = row.GetString(4),
            IsChange = row.GetBoolean(5),
            At = DateTimeOffset.UnixEpoch.AddMicroseconds(row.GetInt64(6)),
            Deliveries = JsonSerializer.Deserialize<Dictionary<string, DeliveryEnd>>(row.GetString(8))!,
        };
        if (row.IsDBNull(7))
        {
            return transition;
        }

        using var body = JsonDocument.Parse(row.GetString(7));
        var condition = body.RootElement.GetProperty("condition");
        return transition with
        {
            Condition = condition.GetProperty("kind").GetString()!,
            Change = row.GetString(3)[ConditionPrefix.Length..].ToLowerInvariant(),
            Since = condition.GetProperty("since").GetDateTimeOffset(),
        };
    }
}

/// <summary>What became of a delivery, as the table numbers it.</summary>
internal enum DeliveryEnd
{
    Scheduled = 1,
    Succeeded = 2,
    DeadLettered = 3,
    Discarded = 4,
    Filtered = 5,
    Superseded = 6,
}

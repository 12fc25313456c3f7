using NpgsqlTypes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Deliveries in SQL, and a <see cref="DeliveryFilter"/> with its parameters first.</summary>
internal sealed class DeliverySql(SchemaName schema)
{
    private const string Columns = "e.id, h.name, d.state, d.attempts, d.at, d.due_at, d.error, n.node_id, d.error_code";

    private const string PendingColumns =
        "e.id, h.name, coalesce(d.state, 0::smallint), coalesce(d.attempts, 0), coalesce(d.at, e.received_at), d.due_at, d.error, n.node_id, d.error_code";

    public string OfEvent { get; } =
        $"""
        SELECT {Columns}
        FROM {schema}.event_ids i JOIN {schema}.events e ON e.seq = i.seq JOIN {schema}.nodes n ON n.node = e.node
            CROSS JOIN {schema}.handlers h JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = i.seq
        WHERE i.id = $1 ORDER BY h.handler
        """;

    public string OfEvents { get; } =
        $"""
        SELECT {Columns}
        FROM {schema}.event_ids i JOIN {schema}.events e ON e.seq = i.seq JOIN {schema}.nodes n ON n.node = e.node
            CROSS JOIN {schema}.handlers h JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = i.seq
        WHERE i.id = ANY($1)
        """;

    public string DeadLetters { get; } =
        $"""
        SELECT {Columns}
        FROM {schema}.deliveries d JOIN {schema}.events e ON e.seq = d.seq JOIN {schema}.nodes n ON n.node = e.node
            JOIN {schema}.handlers h ON h.handler = d.handler
        WHERE d.state = 3 ORDER BY d.seq, d.handler LIMIT $1
        """;

    public string FailedAttempts { get; } =
        $"""
        SELECT h.name, a.attempt, a.at, a.took, a.error_code, a.error
        FROM {schema}.event_ids i JOIN {schema}.failed_attempts a ON a.seq = i.seq JOIN {schema}.handlers h ON h.handler = a.handler
        WHERE i.id = $1 ORDER BY a.at, h.handler, a.attempt
        """;

    public string Failures { get; } =
        $"""
        WITH dead AS MATERIALIZED (
            SELECT d.handler, d.error_code, d.seq, d.at FROM {schema}.deliveries d WHERE d.state = 3 ORDER BY d.seq DESC LIMIT 100000
        ), grouped AS MATERIALIZED (
            SELECT d.handler, d.error_code, count(*) AS count, min(d.at) AS oldest, max(d.at) AS newest, max(d.seq) AS seq
            FROM dead d GROUP BY d.handler, d.error_code
        )
        SELECT h.name, g.error_code, g.count, g.oldest, g.newest, e.id, f.error
        FROM grouped g JOIN {schema}.deliveries f ON f.handler = g.handler AND f.seq = g.seq
            JOIN {schema}.handlers h ON h.handler = g.handler JOIN {schema}.events e ON e.seq = g.seq
        ORDER BY g.count DESC, h.name, g.error_code NULLS FIRST
        """;

    /// <summary>The deliveries that a replay takes, or a discard, of these handlers; in order of receipt.</summary>
    public string Choose(DeliveryFilter filter) =>
        $"""
        SELECT d.handler, d.seq, d.node
        FROM {schema}.deliveries d JOIN {schema}.events e ON e.seq = d.seq JOIN {schema}.handlers h ON h.handler = d.handler
        WHERE d.{StatesOf(filter)} AND ($8::text[] IS NULL OR h.name = ANY($8)) AND {Conditions(filter)} ORDER BY d.seq, d.handler
        """;

    /// <summary>
    /// So many between two numbers, newest first: of dead letters by their index, of anything else event by event, for what waits for
    /// its first attempt has no row.
    /// </summary>
    public string Window(DeliveryFilter filter, DeliveryState? state)
    {
        var bounds = $"e.seq BETWEEN $9 AND $10 AND (e.seq < $10 OR h.handler > $11) AND {Conditions(filter)}";
        return state == DeliveryState.DeadLettered
            ? $"""
              SELECT {Columns}, d.seq, d.handler
              FROM {schema}.deliveries d JOIN {schema}.events e ON e.seq = d.seq JOIN {schema}.nodes n ON n.node = e.node
                  JOIN {schema}.handlers h ON h.handler = d.handler
              WHERE d.state = 3 AND d.seq BETWEEN $9 AND $10 AND {bounds} ORDER BY d.seq DESC, d.handler LIMIT $8
              """
            : $"""
              SELECT {PendingColumns}, e.seq, h.handler
              FROM {schema}.events e JOIN {schema}.nodes n ON n.node = e.node
                  CROSS JOIN {schema}.handlers h JOIN {schema}.lanes l ON l.handler = h.handler AND l.node = e.node
                  LEFT JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = e.seq
              WHERE {bounds} AND {(state is { } wanted ? $"coalesce(d.state, 0) = {(int)wanted} AND " : "")}(d.seq IS NOT NULL OR e.seq > l.done_through)
              ORDER BY e.seq DESC, h.handler LIMIT $8
              """;
    }

    public static string StatesOf(DeliveryFilter filter) => filter.DeadLettersOnly ? "state = 3" : "state IN (2, 3, 4)";

    /// <summary>Adds the parameters 1 to 7.</summary>
    public static NpgsqlBatchCommand With(NpgsqlBatchCommand command, DeliveryFilter filter) => command
        .With(filter.EventId?.ToByteArray(), NpgsqlDbType.Bytea)
        .With(StoredText.Encode(filter.NodeId?.Value), NpgsqlDbType.Text)
        .WithInstant(filter.From)
        .WithInstant(filter.To)
        .With(StoredText.Encode(filter.Handler), NpgsqlDbType.Text)
        .With(StoredText.Encode(filter.ErrorCode), NpgsqlDbType.Text)
        .WithInstant(filter.AsOf);

    public static DeliveryRecord Read(NpgsqlDataReader row) => new(
        new WebhookEventId(row.GetFieldValue<byte[]>(0)),
        row.GetString(1),
        (DeliveryState)row.GetInt16(2),
        row.GetInt32(3),
        Instant.FromMilliseconds(row.GetInt64(4)),
        Instant.FromMilliseconds(row.Number(5)),
        row.Text(6))
    {
        NodeId = new NodeId(StoredText.Decode(row.GetString(7))),
        ErrorCode = row.Text(8),
    };

    private string Conditions(DeliveryFilter filter)
    {
        string?[] conditions =
        [
            filter.EventId is null ? null : $"e.seq = (SELECT i.seq FROM {schema}.event_ids i WHERE i.id = $1)",
            filter.NodeId is null ? null : $"e.node = (SELECT f.node FROM {schema}.nodes f WHERE f.node_id = $2)",
            filter.From is null ? null : "e.received_at >= $3",
            filter.To is null ? null : "e.received_at < $4",
            filter.Handler is null ? null : "h.name = $5",
            filter.ErrorCode is null ? null : "d.error_code = $6",
            filter.AsOf is null ? null : "d.at <= $7",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }
}

using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>What a replica asks and says from time to time, whether or not something woke it.</summary>
internal sealed class SweepStatement(SchemaName schema)
{
    // Of a delivery that an older version scheduled, the delay is not known; no handler can ask for more.
    private const string LongestDelay = "95040000";

    /// <summary>Which of the handlers are there, and whether anything waits for them: an event without a result, or a retry.</summary>
    public string LookSql { get; } =
        $"""
        SELECT h.name,
            EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = h.handler AND d.state = 1)
            OR EXISTS (
                SELECT FROM {schema}.lanes l JOIN {schema}.nodes n ON n.node = l.node
                WHERE l.handler = h.handler AND n.last_turn > l.done_through AND EXISTS (
                    SELECT FROM {schema}.events e WHERE e.node = l.node AND e.seq > l.done_through
                        AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = l.handler AND d.seq = e.seq)))
        FROM {schema}.handlers h WHERE h.name = ANY($1)
        """;

    /// <summary>
    /// A wait that is longer than was ever asked for comes of a clock that was set back, or of a standby with another one: it
    /// begins anew, with its own duration.
    /// </summary>
    private string[] RepairSql { get; } =
    [
        $"UPDATE {schema}.handlers SET served_at = clock_timestamp() WHERE name = ANY($1)",
        $"UPDATE {schema}.lanes SET lease_until = {ServerClock.Now} + lease WHERE token IS NOT NULL AND lease_until > {ServerClock.Now} + lease",
        $"""
        UPDATE {schema}.deliveries SET due_at = {ServerClock.Now} + coalesce(delay, {LongestDelay})
        WHERE state = 1 AND due_at > {ServerClock.Now} + coalesce(delay, {LongestDelay})
        """,
    ];

    /// <summary>Answers for each handler that is there whether something waits for it.</summary>
    public async Task<Dictionary<string, bool>> LookAsync(NpgsqlConnection connection, string[] handlers, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Timeout = 0;
        batch.Add(LookSql).With(handlers);
        var waiting = await batch.ReadAsync(skip: 0, row => (Name: row.GetString(0), IsWaiting: row.GetBoolean(1)), cancellationToken)
            .ConfigureAwait(false);
        return waiting.ToDictionary(handler => handler.Name, handler => handler.IsWaiting, StringComparer.Ordinal);
    }

    /// <summary>Says that the handlers are served, and shortens waits that the server's clock has made too long.</summary>
    public async Task RepairAsync(NpgsqlConnection connection, string[] handlers, CancellationToken cancellationToken)
    {
        foreach (var sql in RepairSql)
        {
            await using var batch = connection.CreateBatch();
            batch.Timeout = 0;
            var command = batch.Add(sql);
            if (sql.Contains("$1", StringComparison.Ordinal))
            {
                command.With(handlers);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

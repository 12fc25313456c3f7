using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// The rules of a lane as SQL: what its next delivery is, and what a lane's row becomes. Claims and settlements share them, so
/// that both mean the same by "next".
/// </summary>
/// <param name="schema">Where the tables are.</param>
/// <param name="ordering">Whether a lane's first delivery holds up the others.</param>
internal sealed class LaneSql(SchemaName schema, DeliveryOrdering ordering)
{
    private const string Last = "9223372036854775807";

    private bool IsOrdered => ordering == DeliveryOrdering.PerNode;

    /// <summary>
    /// For a lane <c>l</c> and its node <c>n</c>: <c>p</c>, the first event without a result; <c>r</c>, the first of those that does
    /// not run; <c>w</c>, the first delivery that waits for another attempt or a replay. Waiting ones are found by their state: a
    /// position says nothing of them.
    /// </summary>
    /// <param name="isRunning">A condition on <c>seq</c> of the table <c>{0}</c>: whether this replica is making that delivery.</param>
    public string Candidates(string isRunning) =>
        $"""
        LEFT JOIN LATERAL ({Pending("")}) p ON true
        LEFT JOIN LATERAL ({(IsOrdered ? "SELECT p.seq" : Pending($"AND NOT ({Of(isRunning, "e")})"))}) r ON true
        LEFT JOIN LATERAL (
            SELECT d.turn, d.seq, d.attempts, d.due_at FROM {schema}.deliveries d JOIN {schema}.events e ON e.seq = d.seq
            WHERE d.handler = l.handler AND d.node = l.node AND d.state = 1
                {(IsOrdered ? "" : $"AND d.due_at <= {ServerClock.Now} AND NOT ({Of(isRunning, "d")})")}
            ORDER BY d.turn LIMIT 1
        ) w ON true
        """;

    /// <summary>The place of the next delivery that is due; NULL when there is none.</summary>
    public static string Next { get; } =
        $"CASE WHEN w.turn < coalesce(r.seq, {Last}) THEN CASE WHEN w.due_at <= {ServerClock.Now} THEN w.seq END ELSE r.seq END";

    /// <summary>
    /// Moves lanes on, and answers their next deliveries. <paramref name="chosen"/> has the lanes, whose rows are locked: handler,
    /// node, the token it is held with from now on, whether its next delivery is wanted, and whether it stays held without one.
    /// </summary>
    public string Move(string chosen, string isRunning, string lease) =>
        $"""
        WITH chosen AS MATERIALIZED ({chosen}),
        place AS MATERIALIZED (
            SELECT l.handler, l.node, c.token, c.stays, n.effective_at, coalesce(p.seq - 1, n.last_turn) AS done_through,
                {Next} AS next, CASE WHEN w.turn < coalesce(r.seq, {Last}) THEN w.attempts ELSE 0 END AS attempts, c.takes_next
            FROM chosen c JOIN {schema}.lanes l ON l.handler = c.handler AND l.node = c.node
                JOIN {schema}.nodes n ON n.node = l.node
                {Candidates(isRunning)}
        ), moved AS (
            UPDATE {schema}.lanes l SET
                done_through = p.done_through,
                token = CASE WHEN p.stays OR (p.takes_next AND p.next IS NOT NULL) THEN p.token END,
                lease_until = CASE WHEN p.stays OR (p.takes_next AND p.next IS NOT NULL) THEN {ServerClock.Now} + {lease} END,
                lease = {lease}
            FROM place p WHERE l.handler = p.handler AND l.node = p.node
        )
        SELECT p.handler, p.node, p.token, p.next IS NOT NULL, e.seq, p.attempts,
            CASE WHEN e.source = {(int)EventSource.Observed} AND e.type LIKE 'CONDITION\_%'
                THEN NOT EXISTS (SELECT FROM {schema}.conditions c WHERE c.event_id = e.id)
                    AND NOT EXISTS (SELECT FROM {schema}.conditions c WHERE c.reminder_id = e.id)
                ELSE e.status IS NOT NULL AND least(e.occurred_at, e.received_at * 1000) < p.effective_at END, {EntryColumns.Select}
        FROM place p LEFT JOIN {schema}.events e ON e.seq = p.next AND p.takes_next
            LEFT JOIN {schema}.nodes n ON n.node = e.node LEFT JOIN {schema}.public_keys k ON k.key = e.key
        """;

    private string Pending(string condition) =>
        $"""
        SELECT e.seq FROM {schema}.events e
        WHERE n.last_turn > l.done_through AND e.node = l.node AND e.seq > l.done_through {condition}
            AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = l.handler AND d.seq = e.seq)
        ORDER BY e.seq LIMIT 1
        """;

    private static string Of(string condition, string table) => condition.Replace("{0}", table, StringComparison.Ordinal);
}

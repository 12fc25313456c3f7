using NpgsqlTypes;
using ThunderStack.Webhooks.Moving;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>Puts in order what depends on all events that were moved. To do it again changes nothing.</summary>
internal sealed class MoveCompletion(SchemaName schema, MoveRecord record)
{
    private string LastTurnsSql { get; } =
        $"""
        UPDATE {schema}.nodes n SET last_turn = greatest(n.last_turn, t.turn)
        FROM (
            SELECT node, max(turn) AS turn FROM (
                SELECT node, max(seq) AS turn FROM {schema}.events GROUP BY node
                UNION ALL
                SELECT node, max(turn) FROM {schema}.deliveries WHERE state = 1 GROUP BY node
            ) a GROUP BY node
        ) t WHERE n.node = t.node
        """;

    private string StatesSql { get; } =
        $"""
        UPDATE {schema}.nodes n SET status = u.status, effective_at = u.effective_at, event_id = u.event_id
        FROM unnest($1, $2, $3, $4) AS u(node_id, status, effective_at, event_id) WHERE n.node_id = u.node_id
        """;

    /// <summary>
    /// A lane ends before the first turn that is not done: of an event without a result behind what its handler had settled, or
    /// of a delivery that waits. A handler that the other inbox did not have begins behind everything.
    /// </summary>
    private string LanesSql { get; } =
        $"""
        INSERT INTO {schema}.lanes(handler, node, done_through)
        SELECT h.handler, n.node, least(p.turn, w.turn, n.last_turn + 1) - 1
        FROM {schema}.handlers h CROSS JOIN {schema}.nodes n
        LEFT JOIN (
            SELECT a.handler, e.node, min(e.seq) AS turn
            FROM unnest($1, $2) AS u(name, settled_through) JOIN {schema}.handlers a ON a.name = u.name
                JOIN {schema}.events e ON e.seq > u.settled_through
            WHERE NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = a.handler AND d.seq = e.seq)
            GROUP BY a.handler, e.node
        ) p ON p.handler = h.handler AND p.node = n.node
        LEFT JOIN (
            SELECT handler, node, min(turn) AS turn FROM {schema}.deliveries WHERE state = 1 GROUP BY handler, node
        ) w ON w.handler = h.handler AND w.node = n.node
        ON CONFLICT (handler, node) DO UPDATE SET
            done_through = excluded.done_through, token = NULL, lease_until = NULL
        """;

    private string SequenceSql { get; } =
        $"SELECT setval('{schema}.turns', greatest($1, (SELECT last_value FROM {schema}.turns)))";

    public async Task RunAsync(NpgsqlConnection connection, MovedFrame frame, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await record.LockAsync(connection, cancellationToken).ConfigureAwait(false);
        var nodes = frame.Nodes.Select(node => StoredText.Encode(node.NodeId.Value)).ToArray();
        await using var batch = connection.CreateBatch();
        batch.Timeout = (int)timeout.TotalSeconds;
        batch.Add($"SELECT set_config('statement_timeout', '{(long)timeout.TotalMilliseconds}', true)");
        batch.AddRegistrationLock(schema);
        batch.Add($"INSERT INTO {schema}.nodes(node_id) SELECT unnest($1) ON CONFLICT DO NOTHING").With(nodes);
        batch.Add(LastTurnsSql);
        batch.Add(StatesSql)
            .With(nodes)
            .With(frame.Nodes.Select(node => StoredText.Encode(node.Status.Value)).ToArray())
            .With(frame.Nodes.Select(node => Instant.ToMicroseconds(node.EffectiveAt)).ToArray())
            .With(frame.Nodes.Select(node => node.EventId.ToByteArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);
        batch.Add(LanesSql)
            .With(frame.Handlers.Select(handler => handler.Name).ToArray())
            .With(frame.Handlers.Select(handler => handler.SettledThrough).ToArray());
        batch.Add(SequenceSql).With(Math.Max(1, frame.LastTurn));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

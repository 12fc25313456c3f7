using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>What an operator looks at.</summary>
internal sealed class InboxQueries(NpgsqlDataSource source, SchemaName schema, Guard guard) : IInboxQueries
{
    private const string DeliveryColumns = "i.id, h.name, d.state, d.attempts, d.at, d.due_at, d.error";

    public string FindSql { get; } =
        $"""
        SELECT {EntryColumns.Select}
        FROM {schema}.event_ids i JOIN {schema}.events e ON e.seq = i.seq {EntryColumns.Joins(schema)}
        WHERE i.id = $1
        """;

    public string DeliveriesSql { get; } =
        $"""
        SELECT {DeliveryColumns}
        FROM {schema}.event_ids i CROSS JOIN {schema}.handlers h
            JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = i.seq
        WHERE i.id = $1 ORDER BY h.handler
        """;

    public string DeadLettersSql { get; } =
        $"""
        SELECT {DeliveryColumns}
        FROM {schema}.deliveries d JOIN {schema}.events i ON i.seq = d.seq JOIN {schema}.handlers h ON h.handler = d.handler
        WHERE d.state = 3 ORDER BY d.seq, d.handler LIMIT $1
        """;

    /// <summary>
    /// Lanes with anything waiting, with their first pending and their first scheduled delivery; what is behind these is counted
    /// up to a limit.
    /// </summary>
    public string BacklogSql { get; } =
        $"""
        WITH lane AS MATERIALIZED (
            SELECT l.handler, l.node, n.node_id, p.seq AS pending, w.seq AS scheduled, w.turn, w.attempts, w.due_at
            FROM {schema}.lanes l JOIN {schema}.nodes n ON n.node = l.node {new LaneSql(schema, DeliveryOrdering.PerNode).Candidates("false")}
            WHERE l.handler = (SELECT h.handler FROM {schema}.handlers h WHERE h.name = $1) AND (p.seq IS NOT NULL OR w.seq IS NOT NULL)
            ORDER BY least(p.seq, w.seq) LIMIT 1000
        ), pending AS MATERIALIZED (
            SELECT c.node, count(*) AS count FROM (
                SELECT l.node FROM lane l CROSS JOIN LATERAL (
                    SELECT FROM {schema}.events e WHERE e.node = l.node AND e.seq >= l.pending
                        AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = l.handler AND d.seq = e.seq)
                    LIMIT 10000) p
                LIMIT 10000) c
            GROUP BY c.node
        ), scheduled AS MATERIALIZED (
            SELECT c.node, count(*) AS count FROM (
                SELECT l.node FROM lane l JOIN {schema}.deliveries d ON d.handler = l.handler AND d.node = l.node AND d.state = 1
                LIMIT 10000) c
            GROUP BY c.node
        )
        SELECT l.node_id,
            greatest(CASE WHEN l.pending IS NULL THEN 0 ELSE 1 END, (SELECT c.count FROM pending c WHERE c.node = l.node)),
            greatest(CASE WHEN l.scheduled IS NULL THEN 0 ELSE 1 END, (SELECT c.count FROM scheduled c WHERE c.node = l.node)),
            least(p.received_at, w.received_at), CASE WHEN h.waits THEN w.id ELSE p.id END,
            CASE WHEN h.waits THEN l.attempts ELSE 0 END, CASE WHEN h.waits THEN l.due_at END
        FROM lane l LEFT JOIN {schema}.events p ON p.seq = l.pending LEFT JOIN {schema}.events w ON w.seq = l.scheduled
            CROSS JOIN LATERAL (SELECT coalesce(l.turn < coalesce(l.pending, 9223372036854775807), false) AS waits) h
        ORDER BY 4
        """;

    /// <summary>Events, newest first.</summary>
    public string ListSql(EventFilter filter) =>
        $"SELECT {EntryColumns.Select} FROM {EntryColumns.From(schema)} WHERE {Conditions(filter)} ORDER BY e.seq DESC LIMIT $6";

    /// <summary>
    /// What a row of <c>events e</c> must hold; its parameters are those of <see cref="WithFilter"/>. Only what is asked for, so
    /// that the plan of a node's events does not depend on what else may be.
    /// </summary>
    public string Conditions(EventFilter filter)
    {
        string?[] conditions =
        [
            filter.NodeId is null ? null : $"e.node = (SELECT f.node FROM {schema}.nodes f WHERE f.node_id = $1)",
            filter.EventType is null ? null : "e.type = $2",
            filter.From is null ? null : "e.received_at >= $3",
            filter.To is null ? null : "e.received_at < $4",
            filter.Before is null ? null : $"e.seq < (SELECT b.seq FROM {schema}.event_ids b WHERE b.id = $5)",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }

    /// <summary>Adds the parameters 1 to 5 of <see cref="Conditions"/>.</summary>
    public static NpgsqlBatchCommand WithFilter(NpgsqlBatchCommand command, EventFilter filter) => command
        .With(StoredText.Encode(filter.NodeId?.Value), NpgsqlDbType.Text)
        .With(StoredText.Encode(filter.EventType), NpgsqlDbType.Text)
        .WithInstant(filter.From)
        .WithInstant(filter.To)
        .With(filter.Before?.ToByteArray(), NpgsqlDbType.Bytea);

    public async Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken) =>
        (await ReadAsync(FindSql, command => command.With(id.ToByteArray()), row => EntryColumns.Read(row), cancellationToken)
            .ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) => await ReadAsync(
        ListSql(filter),
        command => WithFilter(command, filter).With(Math.Max(0, filter.Limit)),
        row => EntryColumns.Read(row),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken) =>
        await ReadAsync(DeliveriesSql, command => command.With(id.ToByteArray()), ReadDelivery, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        await ReadAsync(DeadLettersSql, command => command.With(Math.Max(0, limit)), ReadDelivery, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = guard.CreateLookUp(connection);
        batch.Add(BacklogSql).With(handler);
        return await batch.ReadAsync(
            skip: 1,
            row => new LaneBacklog(
                new NodeId(StoredText.Decode(row.GetString(0))),
                (int)row.GetInt64(1),
                (int)row.GetInt64(2),
                Instant.FromMilliseconds(row.GetInt64(3)),
                new EventId(row.GetFieldValue<byte[]>(4)),
                row.GetInt32(5),
                row.Number(6) is { } dueAt ? Instant.FromMilliseconds(dueAt) : null),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT node_id, status, effective_at, event_id FROM {schema}.nodes WHERE status IS NOT NULL ORDER BY node_id",
        _ => { },
        row => new NodeState(
            new NodeId(StoredText.Decode(row.GetString(0))),
            new NodeStatus(StoredText.Decode(row.GetString(1))),
            Instant.FromMicroseconds(row.GetInt64(2)),
            new EventId(row.GetFieldValue<byte[]>(3))),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT {ConditionCommands.Columns} FROM {schema}.conditions WHERE {(closed ? "closed_at IS NOT NULL" : "closed_at IS NULL")} "
        + $"ORDER BY condition DESC LIMIT {(closed ? "200" : "ALL")}",
        _ => { },
        ConditionCommands.Read,
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken)
    {
        var keys = await ReadAsync(
            $"SELECT fingerprint, spki FROM {schema}.public_keys",
            _ => { },
            row => (Fingerprint: new KeyFingerprint(row.GetString(0)), Key: row.GetFieldValue<byte[]>(1)),
            cancellationToken).ConfigureAwait(false);
        return keys.ToDictionary(key => key.Fingerprint, key => (ReadOnlyMemory<byte>)key.Key);
    }

    /// <summary>One statement, on a connection of its own.</summary>
    public async Task<List<T>> ReadAsync<T>(
        string sql, Action<NpgsqlBatchCommand> configure, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = guard.CreateBatch(connection);
        configure(batch.Add(sql));
        return await batch.ReadAsync(skip: 1, read, cancellationToken).ConfigureAwait(false);
    }

    private static DeliveryRecord ReadDelivery(NpgsqlDataReader row) => new(
        new EventId(row.GetFieldValue<byte[]>(0)),
        row.GetString(1),
        (DeliveryState)row.GetInt16(2),
        row.GetInt32(3),
        Instant.FromMilliseconds(row.GetInt64(4)),
        row.Number(5) is { } dueAt ? Instant.FromMilliseconds(dueAt) : null,
        row.Text(6));
}

using System.Runtime.CompilerServices;
using NpgsqlTypes;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>What is asked of a database.</summary>
internal sealed class InboxQueries(NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, bool ownsSource = false) : IInboxReader
{
    private const int ReadAllPageSize = 500;

    private readonly EventSql _events = new(schema);
    private readonly DeliverySql _deliveries = new(schema);

    public string FindSql { get; } =
        $"""
        SELECT {EntryColumns.Select}
        FROM {schema}.event_ids i JOIN {schema}.events e ON e.seq = i.seq {EntryColumns.Joins(schema)}
        WHERE i.id = $1
        """;

    public string FindAllSql { get; } =
        $"""
        SELECT {EntryColumns.Select}
        FROM {schema}.event_ids i JOIN {schema}.events e ON e.seq = i.seq {EntryColumns.Joins(schema)}
        WHERE i.id = ANY($1)
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

    public async Task<string> IdentifyAsync(CancellationToken cancellationToken) =>
        (await ReadAsync($"SELECT name FROM {schema}.identity", _ => { }, row => row.GetString(0), cancellationToken).ConfigureAwait(false))[0];

    public async Task<long> EstimateCountAsync(CancellationToken cancellationToken) =>
        await EventRange.AllAsync(this, schema, cancellationToken).ConfigureAwait(false) is { Last: > 0 } all ? all.Last - all.First + 1 : 0;

    public async Task<InboxEntry?> FindAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        (await ReadAsync(FindSql, command => command.With(id.ToByteArray()), row => EntryColumns.Read(row), cancellationToken)
            .ConfigureAwait(false)).SingleOrDefault();

    /// <summary>The events of these ids that there are.</summary>
    public Task<List<InboxEntry>> FindAsync(IReadOnlyList<WebhookEventId> ids, CancellationToken cancellationToken) =>
        ReadAllAsync(FindAllSql, ids, row => EntryColumns.Read(row), cancellationToken);

    /// <summary>How the deliveries of these events stand.</summary>
    public Task<List<DeliveryRecord>> ListDeliveriesAsync(IReadOnlyList<WebhookEventId> ids, CancellationToken cancellationToken) =>
        ReadAllAsync(_deliveries.OfEvents, ids, DeliverySql.Read, cancellationToken);

    public async Task<IReadOnlyList<WebhookEventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) => await ReadAsync(
        $"""
        SELECT i.id FROM {schema}.event_ids i
        WHERE right(encode(i.id, 'hex'), length($1)) = $1 AND EXISTS (SELECT FROM {schema}.events e WHERE e.seq = i.seq) LIMIT $2
        """,
        command => command.With(digits, NpgsqlDbType.Text).With(limit),
        row => new WebhookEventId(row.GetFieldValue<byte[]>(0)),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) => await ReadAsync(
        _events.List(filter),
        command => EventSql.With(command, filter).With(Math.Max(0, filter.Limit)),
        row => EntryColumns.Read(row),
        cancellationToken).ConfigureAwait(false);

    public async Task<InboxPage<InboxEntry>> PageAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var name = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        var before = PageCursor.Parse(cursor, name).Seq;
        var all = await EventRange.BetweenAsync(this, schema, filter.From, filter.To, cancellationToken).ConfigureAwait(false);
        var window = await (all with { Last = Math.Min(all.Last, before - 1) })
            .WindowAsync(this, schema, filter.NodeId, filter.State, cancellationToken).ConfigureAwait(false);
        var limit = Math.Max(1, filter.Limit);
        var found = await ReadNumberedAsync(_events.Window(filter), filter, limit + 1, window, cancellationToken).ConfigureAwait(false);
        return new InboxPage<InboxEntry>(
            [.. found.Take(limit).Select(numbered => numbered.Entry)],
            found.Count > limit ? new PageCursor(found[limit - 1].Seq).ToString(name)
            : window.First > all.First ? new PageCursor(window.First).ToString(name)
            : null);
    }

    public async IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = await EventRange.AllAsync(this, schema, cancellationToken).ConfigureAwait(false);
        while (range.First <= range.Last && range.Last > 0)
        {
            var page = await ReadNumberedAsync(_events.Ahead(filter), filter, ReadAllPageSize, range, cancellationToken).ConfigureAwait(false);
            foreach (var (_, entry) in page)
            {
                yield return entry;
            }

            range = range with { First = page.Count < ReadAllPageSize ? range.Last + 1 : page[^1].Seq + 1 };
        }
    }

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        await ReadAsync(_deliveries.OfEvent, command => command.With(id.ToByteArray()), DeliverySql.Read, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(WebhookEventId id, CancellationToken cancellationToken) => await ReadAsync(
        _deliveries.FailedAttempts,
        command => command.With(id.ToByteArray()),
        row => new FailedAttempt(
            row.GetString(0),
            row.GetInt32(1),
            Instant.FromMilliseconds(row.GetInt64(2)),
            TimeSpan.FromMilliseconds(row.GetInt64(3)),
            row.Text(4),
            row.Text(5)),
        cancellationToken).ConfigureAwait(false);

    public async Task<InboxPage<DeliveryRecord>> PageDeliveriesAsync(
        DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var name = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        var after = PageCursor.Parse(cursor, name);
        var state = filter.State ?? (filter.DeadLettersOnly ? DeliveryState.DeadLettered : null);
        var all = await EventRange.BetweenAsync(this, schema, filter.From, filter.To, cancellationToken).ConfigureAwait(false);
        var range = all with { Last = Math.Min(all.Last, after.Handler == 0 ? after.Seq - 1 : after.Seq) };
        var window = filter.EventId is null
            ? await range.WindowAsync(this, schema, node: null, state, cancellationToken).ConfigureAwait(false)
            : range;
        limit = Math.Max(1, limit);
        var found = await ReadAsync(
            _deliveries.Window(filter, state),
            command => DeliverySql.With(command, filter)
                .With(limit + 1).With(window.First).With(window.Last).With(after.Seq == range.Last ? (int)after.Handler : 0),
            row => (Record: DeliverySql.Read(row), Cursor: new PageCursor(row.GetInt64(9), row.GetInt32(10))),
            cancellationToken).ConfigureAwait(false);
        return new InboxPage<DeliveryRecord>(
            [.. found.Take(limit).Select(numbered => numbered.Record)],
            found.Count > limit ? found[limit - 1].Cursor.ToString(name)
            : window.First > all.First ? new PageCursor(window.First).ToString(name)
            : null);
    }

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        await ReadAsync(_deliveries.DeadLetters, command => command.With(Math.Max(0, limit)), DeliverySql.Read, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(CancellationToken cancellationToken) => await ReadAsync(
        _deliveries.Failures,
        _ => { },
        row => new FailureGroup(
            row.GetString(0),
            row.Text(1),
            (int)row.GetInt64(2),
            Instant.FromMilliseconds(row.GetInt64(3)),
            Instant.FromMilliseconds(row.GetInt64(4)),
            new WebhookEventId(row.GetFieldValue<byte[]>(5)),
            row.Text(6)),
        cancellationToken).ConfigureAwait(false);

    public async Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        (await ChooseAsync(filter, handlers: null, static _ => true, cancellationToken).ConfigureAwait(false)).Count;

    /// <summary>The deliveries that a replay takes, or a discard: of these handlers, or of all.</summary>
    public Task<List<T>> ChooseAsync<T>(DeliveryFilter filter, string[]? handlers, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => ReadAsync(
        _deliveries.Choose(filter),
        command => DeliverySql.With(command, filter).With(handlers, NpgsqlDbType.Array | NpgsqlDbType.Text),
        read,
        cancellationToken);

    public async Task<IReadOnlyList<HandlerRecord>> ListHandlersAsync(CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT name, paused_at, paused_by FROM {schema}.handlers ORDER BY name",
        _ => { },
        row => new HandlerRecord(row.GetString(0), Instant.FromMilliseconds(row.Number(1)), row.Text(2)),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<HandlerRate>> ListRatesAsync(DateTimeOffset from, CancellationToken cancellationToken) => await ReadAsync(
        $"""
        SELECT h.name, r.began_at, r.succeeded, r.failed, r.dead_lettered
        FROM {schema}.handler_rates r JOIN {schema}.handlers h ON h.handler = r.handler WHERE r.began_at > $1 ORDER BY r.began_at, h.name
        """,
        command => command.With(Instant.ToMilliseconds(from - HandlerRate.Interval)),
        row => new HandlerRate(row.GetString(0), Instant.FromMilliseconds(row.GetInt64(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<AuditRecord>> ListAuditAsync(int limit, CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT at, who, action, target, outcome FROM {schema}.audit ORDER BY entry DESC LIMIT $1",
        command => command.With(Math.Max(0, limit)),
        row => new AuditRecord(Instant.FromMilliseconds(row.GetInt64(0)), row.Text(1)!, row.GetString(2), row.Text(3)!, row.Text(4)!),
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateLookUp(connection);
        batch.Add(BacklogSql).With(handler);
        return await batch.ReadAsync(
            skip: 1,
            row => new LaneBacklog(
                new NodeId(StoredText.Decode(row.GetString(0))),
                (int)row.GetInt64(1),
                (int)row.GetInt64(2),
                Instant.FromMilliseconds(row.GetInt64(3)),
                new WebhookEventId(row.GetFieldValue<byte[]>(4)),
                row.GetInt32(5),
                Instant.FromMilliseconds(row.Number(6))),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) => await ReadAsync(
        $"SELECT node_id, status, effective_at, event_id FROM {schema}.nodes WHERE status IS NOT NULL ORDER BY node_id",
        _ => { },
        row => new NodeState(
            new NodeId(StoredText.Decode(row.GetString(0))),
            new NodeStatus(StoredText.Decode(row.GetString(1))),
            Instant.FromMicroseconds(row.GetInt64(2)),
            new WebhookEventId(row.GetFieldValue<byte[]>(3))),
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

    private Task<List<T>> ReadAllAsync<T>(string sql, IReadOnlyList<WebhookEventId> ids, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => ids.Count == 0
        ? Task.FromResult(new List<T>())
        : ReadAsync(
            sql,
            command => command.With(ids.Distinct().Select(id => id.ToByteArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea),
            read,
            cancellationToken);

    /// <summary>One statement, on a connection of its own.</summary>
    public async Task<List<T>> ReadAsync<T>(
        string sql, Action<NpgsqlBatchCommand> configure, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateBatch(connection);
        configure(batch.Add(sql));
        return await batch.ReadAsync(skip: 1, read, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ownsSource ? source.DisposeAsync() : ValueTask.CompletedTask;

    private Task<List<(long Seq, InboxEntry Entry)>> ReadNumberedAsync(
        string sql, EventFilter filter, int limit, EventRange range, CancellationToken cancellationToken) => ReadAsync(
        sql,
        command => EventSql.With(command, filter).With(limit).With(range.First).With(range.Last),
        row => (row.GetInt64(EntryColumns.Count), EntryColumns.Read(row)),
        cancellationToken);
}

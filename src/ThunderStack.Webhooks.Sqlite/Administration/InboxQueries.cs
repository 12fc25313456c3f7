using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>What an operator looks at. Each question has a connection of its own, off the writer's thread.</summary>
internal sealed class InboxQueries(string path, CommandRunner commands) : IInboxQueries
{
    public const string DeliveriesSql =
        $"""
        SELECT {DeliveryColumns}
        FROM event_ids e CROSS JOIN handlers h CROSS JOIN deliveries d ON d.handler = h.handler AND d.seq = e.seq
        WHERE e.id = ?1 ORDER BY h.handler
        """;

    public const string DeadLettersSql =
        $"""
        SELECT {DeliveryColumns}
        FROM deliveries d JOIN events e ON e.seq = d.seq JOIN handlers h ON h.handler = d.handler
        WHERE d.state = 3 ORDER BY d.seq LIMIT ?1
        """;

    public const string NodeStatesSql = "SELECT node_id, status, effective_at, event_id FROM node_states ORDER BY node_id";

    private const string DeliveryColumns = "e.id, h.name, d.state, d.attempts, d.at, d.due_at, d.error";

    public Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken) =>
        ReadAsync(database => Find(database, id), cancellationToken);

    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(database => List(database, filter), cancellationToken);

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken)
    {
        await commands.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(database => ListDeliveries(database, id), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken)
    {
        await commands.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(database => ListDeadLetters(database, limit), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken)
    {
        await commands.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(database => BacklogQuery.List(database, handler), cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) => ReadAsync(ListNodeStates, cancellationToken);

    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) =>
        ReadAsync(database => ListConditions(database, closed), cancellationToken);

    public static IReadOnlyList<Condition> ListConditions(Database database, bool closed)
    {
        using var rows = database.Query(
            $"SELECT {ConditionCommands.Columns} FROM conditions WHERE {(closed ? "closed_at IS NOT NULL" : "closed_at IS NULL")} ORDER BY condition DESC LIMIT {(closed ? "200" : "-1")}");
        return ReadAll(rows, ConditionCommands.Read);
    }

    public static IReadOnlyList<NodeState> ListNodeStates(Database database)
    {
        using var rows = database.Query(NodeStatesSql);
        return ReadAll(rows, ReadNodeState);
    }

    /// <summary>Asks on a connection of its own, on a pool thread.</summary>
    public Task<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken) =>
        AskAsync(() => Database.OpenReadOnly(path, DatabaseOpener.BusyTimeout), read, cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public static Task<T> AskAsync<T>(Func<Database> open, Func<Database, T> ask, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var database = open();
            using var interruption = cancellationToken.UnsafeRegister(static state => ((Database)state!).Interrupt(), database);
            try
            {
                return ask(database);
            }
            catch (SqliteException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        },
        cancellationToken);

    public static InboxEntry? Find(Database database, EventId id)
    {
        using var row = database.Query(
            $"""
            SELECT {EntryColumns.Select}
            FROM event_ids i JOIN events e ON e.seq = i.seq LEFT JOIN public_keys k ON k.key = e.key
            WHERE i.id = ?1
            """);
        row.Bind(1, id.ToByteArray());
        return row.Step() ? EntryColumns.Read(row) : null;
    }

    public static IReadOnlyList<InboxEntry> List(Database database, EventFilter filter)
    {
        if (filter.NodeId is not null)
        {
            var all = (database.ReadInt64("SELECT min(seq) FROM events"), database.ReadInt64("SELECT max(seq) FROM events"));
            return NodeEvents.Read(database, filter, all, newestFirst: true, filter.Limit, EntryColumns.Select, EntryColumns.Read);
        }

        using var rows = database.Query(
            $"SELECT {EntryColumns.Select} FROM {EntryColumns.Source} WHERE {Conditions(filter)} ORDER BY e.seq DESC LIMIT ?6");
        BindFilter(rows, filter);
        rows.Bind(6, Math.Max(0, filter.Limit));
        return ReadAll(rows, EntryColumns.Read);
    }

    public static IReadOnlyList<DeliveryRecord> ListDeliveries(Database database, EventId id)
    {
        using var rows = database.Query(DeliveriesSql);
        rows.Bind(1, id.ToByteArray());
        return ReadAll(rows, ReadDelivery);
    }

    public static IReadOnlyList<DeliveryRecord> ListDeadLetters(Database database, int limit)
    {
        using var rows = database.Query(DeadLettersSql);
        rows.Bind(1, Math.Max(0, limit));
        return ReadAll(rows, ReadDelivery);
    }

    public static NodeState ReadNodeState(Statement row) => new(
        new NodeId(row.GetString(0)),
        new NodeStatus(row.GetString(1)),
        Instant.FromMicroseconds(row.GetInt64(2)),
        new EventId(row.GetSpan(3)));

    /// <summary>
    /// What a row of <c>events e</c> must hold; its parameters are those of <see cref="BindFilter"/>. Only what is asked for: an
    /// index serves no condition that may not count.
    /// </summary>
    public static string Conditions(EventFilter filter)
    {
        string?[] conditions =
        [
            filter.NodeId is null ? null : "e.node_id = ?1",
            filter.EventType is null ? null : "e.type = ?2",
            filter.From is null ? null : "e.received_at >= ?3",
            filter.To is null ? null : "e.received_at < ?4",
            filter.Before is null ? null : "e.seq < (SELECT b.seq FROM event_ids b WHERE b.id = ?5)",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }

    /// <summary>Binds the parameters 1 to 5 of <see cref="Conditions"/>.</summary>
    public static void BindFilter(Statement rows, EventFilter filter)
    {
        rows.Bind(1, filter.NodeId?.Value);
        rows.Bind(2, filter.EventType);
        rows.Bind(3, ToBound(filter.From));
        rows.Bind(4, ToBound(filter.To));
        if (filter.Before is { } before)
        {
            rows.Bind(5, before.ToByteArray());
        }
        else
        {
            rows.BindNull(5);
        }
    }

    /// <summary>All rows.</summary>
    public static IReadOnlyList<T> ReadAll<T>(Statement rows, Func<Statement, T> read)
    {
        var list = new List<T>();
        while (rows.Step())
        {
            list.Add(read(rows));
        }

        return list;
    }

    /// <summary>An instant as a bound on whole milliseconds: what was received in the same one counts as after.</summary>
    public static long? ToBound(DateTimeOffset? instant) => instant is { } value ? Instant.ToMilliseconds(value) : null;

    private static DeliveryRecord ReadDelivery(Statement row) => new(
        new EventId(row.GetSpan(0)),
        row.GetString(1),
        (DeliveryState)row.GetInt64(2),
        (int)row.GetInt64(3),
        Instant.FromMilliseconds(row.GetInt64(4)),
        row.GetNullableInt64(5) is { } dueAt ? Instant.FromMilliseconds(dueAt) : null,
        row.GetText(6));
}

using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Finds deliveries.</summary>
internal static class DeliveryQueries
{
    public const string OfEventSql =
        $"""
        SELECT {Columns}
        FROM event_ids i CROSS JOIN events e ON e.seq = i.seq CROSS JOIN handlers h CROSS JOIN deliveries d ON d.handler = h.handler AND d.seq = e.seq
        WHERE i.id = ?1 ORDER BY h.handler
        """;

    public const string DeadLettersSql =
        $"""
        SELECT {Columns}
        FROM deliveries d JOIN events e ON e.seq = d.seq JOIN handlers h ON h.handler = d.handler
        WHERE d.state = 3 ORDER BY d.seq LIMIT ?1
        """;

    public const string FailedAttemptsSql =
        """
        SELECT h.name, a.attempt, a.at, a.took, a.error_code, a.error
        FROM event_ids i CROSS JOIN failed_attempts a ON a.seq = i.seq CROSS JOIN handlers h ON h.handler = a.handler
        WHERE i.id = ?1 ORDER BY a.at, a.handler, a.attempt
        """;

    public const string NewestDeadSql =
        "SELECT handler, seq, error_code, at FROM deliveries WHERE state = 3 ORDER BY seq DESC LIMIT 100000";

    private const string FailuresSql =
        $"""
        SELECT h.name, f.error_code, g.count, g.oldest, g.newest, e.id, f.error
        FROM (
            SELECT d.handler, count(*) AS count, min(d.at) AS oldest, max(d.at) AS newest, max(d.seq) AS seq
            FROM ({NewestDeadSql}) d
            GROUP BY d.handler, d.error_code) g
            CROSS JOIN deliveries f ON f.handler = g.handler AND f.seq = g.seq
            CROSS JOIN handlers h ON h.handler = g.handler CROSS JOIN events e ON e.seq = g.seq
        ORDER BY g.count DESC, h.name, f.error_code
        """;

    private const string Columns = "e.id, h.name, d.state, d.attempts, d.at, d.due_at, d.error, e.node_id, d.error_code";

    private const string PendingColumns =
        "e.id, h.name, coalesce(d.state, 0), coalesce(d.attempts, 0), coalesce(d.at, e.received_at), d.due_at, d.error, e.node_id, d.error_code";

    public static IReadOnlyList<DeliveryRecord> List(Database database, WebhookEventId id) =>
        database.ReadAll(OfEventSql, Read, id.ToByteArray());

    public static IReadOnlyList<DeliveryRecord> ListDeadLetters(Database database, int limit) =>
        database.ReadAll(DeadLettersSql, Read, Math.Max(0, limit));

    public static IReadOnlyList<FailedAttempt> ListFailedAttempts(Database database, WebhookEventId id) => database.ReadAll(
        FailedAttemptsSql,
        static row => new FailedAttempt(
            row.GetString(0),
            (int)row.GetInt64(1),
            Instant.FromMilliseconds(row.GetInt64(2)),
            TimeSpan.FromMilliseconds(row.GetInt64(3)),
            row.GetText(4),
            row.GetText(5)),
        id.ToByteArray());

    public static IReadOnlyList<FailureGroup> ListFailures(Database database) => database.ReadAll(
        FailuresSql,
        static row => new FailureGroup(
            row.GetString(0),
            row.GetText(1),
            (int)row.GetInt64(2),
            Instant.FromMilliseconds(row.GetInt64(3)),
            Instant.FromMilliseconds(row.GetInt64(4)),
            new WebhookEventId(row.GetSpan(5)),
            row.GetText(6)));

    /// <summary>A page of what lies in the next window below a cursor.</summary>
    public static InboxPage<DeliveryRecord> Page(Database database, DeliveryFilter filter, int limit, string? cursor)
    {
        database.Execute("BEGIN");
        var name = HandlerQueries.Identify(database);
        var after = PageCursor.Parse(cursor, name);
        var state = filter.State ?? (filter.DeadLettersOnly ? DeliveryState.DeadLettered : null);
        var all = RangeOf(database, filter);
        var range = all with { Last = Math.Min(all.Last, after.Handler == 0 ? after.Seq - 1 : after.Seq) };
        var window = EventRange.Window(database, range, node: null, state);
        limit = Math.Max(1, limit);
        using var rows = database.Query(PageSql(filter, state));
        DeliveryConditions.Bind(rows, filter);
        rows.Bind(6, limit + 1);
        rows.Bind(7, window.First);
        rows.Bind(8, window.Last);

        // The event that the page before ended in may have been removed since: then this is another one, and new to the reader.
        rows.Bind(9, after.Seq == window.Last ? after.Handler : 0);
        var found = rows.ReadAll(static row => (Record: Read(row), Cursor: new PageCursor(row.GetInt64(9), row.GetInt64(10))));
        return new InboxPage<DeliveryRecord>(
            [.. found.Take(limit).Select(numbered => numbered.Record)],
            found.Count > limit ? found[limit - 1].Cursor.ToString(name)
            : window.First > all.First ? new PageCursor(window.First).ToString(name)
            : null);
    }

    /// <summary>
    /// The SQL of a page, for its plan: of what is unfinished, by its index; of anything else event by event, for what waits for its
    /// first attempt has no row.
    /// </summary>
    public static string PageSql(DeliveryFilter filter, DeliveryState? state)
    {
        var bounds = $"e.seq BETWEEN ?7 AND ?8 AND (e.seq < ?8 OR h.handler > ?9) AND {DeliveryConditions.Sql(filter)}";
        return state is DeliveryState.Scheduled or DeliveryState.DeadLettered
            ? $"""
              SELECT {Columns}, d.seq, d.handler
              FROM deliveries d CROSS JOIN events e ON e.seq = d.seq CROSS JOIN handlers h ON h.handler = d.handler
              WHERE d.state = {(int)state} AND d.seq BETWEEN ?7 AND ?8 AND {bounds}
              ORDER BY d.seq DESC, d.handler LIMIT ?6
              """
            : $"""
              SELECT {PendingColumns}, e.seq, h.handler
              FROM events e CROSS JOIN handlers h LEFT JOIN deliveries d ON d.handler = h.handler AND d.seq = e.seq
              WHERE {bounds} AND {(state is { } wanted ? $"coalesce(d.state, 0) = {(int)wanted} AND " : "")}(d.seq IS NOT NULL OR e.seq > h.settled_through)
              ORDER BY e.seq DESC, h.handler LIMIT ?6
              """;
    }

    /// <summary>The deliveries that a replay takes, or a discard, each by its handler, event and node; in order of receipt.</summary>
    public static IReadOnlyList<T> Choose<T>(Database database, DeliveryFilter filter, string states, Func<Statement, T> read)
    {
        using var rows = database.Query(
            $"""
            SELECT d.handler, d.seq, e.node_id
            FROM deliveries d JOIN events e ON e.seq = d.seq JOIN handlers h ON h.handler = d.handler
            WHERE d.{states} AND {DeliveryConditions.Sql(filter)} ORDER BY d.seq
            """);
        DeliveryConditions.Bind(rows, filter);
        return rows.ReadAll(read);
    }

    /// <summary>The states of deliveries that a replay takes.</summary>
    public static string StatesOf(DeliveryFilter filter) => filter.DeadLettersOnly ? "state = 3" : "state IN (2, 3, 4)";

    private static EventRange RangeOf(Database database, DeliveryFilter filter)
    {
        if (filter.EventId is not { } id)
        {
            return EventRange.Between(database, filter.From, filter.To);
        }

        using var row = database.Query("SELECT seq FROM event_ids WHERE id = ?1", id.ToByteArray());
        return row.Step() ? new EventRange(row.GetInt64(0), row.GetInt64(0)) : new EventRange(1, 0);
    }

    private static DeliveryRecord Read(Statement row) => new(
        new WebhookEventId(row.GetSpan(0)),
        row.GetString(1),
        (DeliveryState)row.GetInt64(2),
        (int)row.GetInt64(3),
        Instant.FromMilliseconds(row.GetInt64(4)),
        Instant.FromMilliseconds(row.GetNullableInt64(5)),
        row.GetText(6))
    {
        NodeId = new NodeId(row.GetString(7)),
        ErrorCode = row.GetText(8),
    };
}

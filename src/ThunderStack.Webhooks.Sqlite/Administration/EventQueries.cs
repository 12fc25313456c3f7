using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Finds events.</summary>
internal static class EventQueries
{
    public const int ReadAllPageSize = 500;

    private const string NumberedColumns = $"{EntryColumns.Select}, e.seq";

    public static InboxEntry? Find(Database database, WebhookEventId id)
    {
        using var row = database.Query(
            $"""
            SELECT {EntryColumns.Select}
            FROM event_ids i JOIN events e ON e.seq = i.seq LEFT JOIN public_keys k ON k.key = e.key
            WHERE i.id = ?1
            """,
            id.ToByteArray());
        return row.Step() ? EntryColumns.Read(row) : null;
    }

    public static IReadOnlyList<WebhookEventId> FindByEnd(Database database, string digits, int limit) => database.ReadAll(
        """
        SELECT i.id FROM event_ids i
        WHERE substr(hex(i.id), -?2) = ?1 AND EXISTS (SELECT 1 FROM events e WHERE e.seq = i.seq) LIMIT ?3
        """,
        static row => new WebhookEventId(row.GetSpan(0)),
        digits.ToUpperInvariant(), digits.Length, limit);

    public static IReadOnlyList<InboxEntry> List(Database database, EventFilter filter)
    {
        if (filter.NodeId is not null)
        {
            return NodeEvents.Read(database, filter, EventRange.All(database), newestFirst: true, filter.Limit, EntryColumns.Select, EntryColumns.Read);
        }

        using var rows = database.Query(
            $"SELECT {EntryColumns.Select} FROM {EntryColumns.Source} WHERE {EventConditions.Sql(filter)} ORDER BY e.seq DESC LIMIT ?6");
        EventConditions.Bind(rows, filter);
        rows.Bind(6, Math.Max(0, filter.Limit));
        return rows.ReadAll(EntryColumns.Read);
    }

    /// <summary>A page of what lies in the next window below a cursor.</summary>
    public static InboxPage<InboxEntry> Page(Database database, EventFilter filter, string? cursor)
    {
        database.Execute("BEGIN");
        var name = HandlerQueries.Identify(database);
        var all = EventRange.Between(database, filter.From, filter.To);
        var range = all with { Last = Math.Min(all.Last, PageCursor.Parse(cursor, name).Seq - 1) };
        var window = EventRange.Window(database, range, filter.NodeId, filter.State);
        var limit = Math.Max(1, filter.Limit);
        var found = filter.NodeId is null
            ? ReadWindow(database, filter, window, limit + 1)
            : NodeEvents.Read(database, filter, window, newestFirst: true, limit + 1, NumberedColumns, ReadNumbered);
        return new InboxPage<InboxEntry>(
            [.. found.Take(limit).Select(numbered => numbered.Entry)],
            found.Count > limit ? new PageCursor(found[limit - 1].Seq).ToString(name)
            : window.First > all.First ? new PageCursor(window.First).ToString(name)
            : null);
    }

    /// <summary>The SQL of a page of any nodes' events, for its plan.</summary>
    public static string WindowSql(EventFilter filter) =>
        $"""
        SELECT {NumberedColumns} FROM {EntryColumns.Source}
        WHERE e.seq BETWEEN ?7 AND ?8 AND {EventConditions.Sql(filter)} ORDER BY e.seq DESC LIMIT ?6
        """;

    /// <summary>The next events after one, oldest first.</summary>
    public static List<(long Seq, InboxEntry Entry)> ReadAfter(Database database, EventFilter filter, long after, long last)
    {
        if (filter.NodeId is not null)
        {
            var range = EventRange.All(database) with { Last = last };
            range = range with { First = Math.Max(after + 1, range.First) };
            return NodeEvents.Read(database, filter, range, newestFirst: false, ReadAllPageSize, NumberedColumns, ReadNumbered);
        }

        using var rows = database.Query(
            $"""
            SELECT {NumberedColumns} FROM {EntryColumns.Source}
            WHERE e.seq > ?6 AND e.seq <= ?7 AND {EventConditions.Sql(filter)}
            ORDER BY e.seq LIMIT {ReadAllPageSize}
            """);
        EventConditions.Bind(rows, filter);
        rows.Bind(6, after);
        rows.Bind(7, last);
        return rows.ReadAll(ReadNumbered);
    }

    private static List<(long Seq, InboxEntry Entry)> ReadWindow(Database database, EventFilter filter, EventRange window, int limit)
    {
        using var rows = database.Query(WindowSql(filter));
        EventConditions.Bind(rows, filter);
        rows.Bind(6, limit);
        rows.Bind(7, window.First);
        rows.Bind(8, window.Last);
        return rows.ReadAll(ReadNumbered);
    }

    private static (long Seq, InboxEntry Entry) ReadNumbered(Statement row) => (row.GetInt64(EntryColumns.Count), EntryColumns.Read(row));
}

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>
/// Finds the events of one node by their index, which has them stretch by stretch of consecutive events. A stretch without any
/// costs one look-up: a million events have about 16,000 of them.
/// </summary>
internal static class NodeEvents
{
    /// <summary>How many consecutive events the index has together.</summary>
    public const int Stretch = 64;

    /// <summary>Reads events of the filter's node whose numbers lie between two, up to a limit.</summary>
    public static List<T> Read<T>(
        Database database, EventFilter filter, EventRange range, bool newestFirst, int limit, string columns, Func<Statement, T> read)
    {
        // One snapshot, also because a transaction for each look-up takes longer than the look-up.
        if (!database.InTransaction)
        {
            database.Execute("BEGIN");
        }

        var found = new List<T>();
        var (first, last) = (range.First / Stretch, range.Last / Stretch);
        using var rows = database.Query(Sql(filter, columns, newestFirst));
        EventConditions.Bind(rows, filter);
        rows.Bind(7, range.First);
        rows.Bind(8, range.Last);
        for (var i = 0; i <= last - first && found.Count < limit; i++)
        {
            rows.Bind(6, newestFirst ? last - i : first + i);
            rows.Bind(9, limit - found.Count);
            found.AddRange(rows.ReadAll(read));
            rows.Reset();
        }

        return found;
    }

    /// <summary>The events of one stretch.</summary>
    public static string Sql(EventFilter filter, string columns, bool newestFirst) =>
        $"""
        SELECT {columns} FROM {EntryColumns.Source}
        WHERE e.seq / {Stretch} = ?6 AND {EventConditions.Sql(filter)} AND e.seq BETWEEN ?7 AND ?8
        ORDER BY e.seq {(newestFirst ? "DESC" : "ASC")} LIMIT ?9
        """;
}

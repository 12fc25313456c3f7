namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Writes the counts of attempts.</summary>
internal static class HandlerRates
{
    public const string SaveSql =
        """
        INSERT INTO handler_rates(began_at, handler, succeeded, failed, dead_lettered) VALUES(?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET succeeded = succeeded + excluded.succeeded, failed = failed + excluded.failed,
            dead_lettered = dead_lettered + excluded.dead_lettered
        """;

    public const string RemoveSql = "DELETE FROM handler_rates WHERE began_at < ?1";

    public static void Save(Database database, IReadOnlyList<RateCount> counts)
    {
        if (counts.Count == 0)
        {
            return;
        }

        using var save = database.Query(SaveSql);
        foreach (var count in counts)
        {
            save.Run(count.BeganAt, count.Handler, count.Succeeded, count.Failed, count.DeadLettered);
        }

        database.Run(RemoveSql, counts.Max(count => count.BeganAt) - (long)RateCounts.Kept.TotalMilliseconds);
    }
}

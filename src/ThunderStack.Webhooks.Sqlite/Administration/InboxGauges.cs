namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>What is measured of a file every minute.</summary>
internal static class InboxGauges
{
    public const string DeadHandlersSql = "SELECT handler FROM deliveries WHERE state = 3 LIMIT ?1";

    private const string DeadLettersSql =
        $"SELECT h.name, count(*) FROM ({DeadHandlersSql}) d JOIN handlers h ON h.handler = d.handler GROUP BY h.handler";

    public static InboxMeasures Measure(Database database, string path)
    {
        var dead = database
            .ReadAll(DeadLettersSql, static row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), InboxMeasures.MostDeadLetters)
            .ToDictionary(StringComparer.Ordinal);
        var size = new[] { path, path + "-wal", path + "-shm" }.Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);
        return new InboxMeasures(size, new DriveInfo(path).AvailableFreeSpace, dead);
    }
}

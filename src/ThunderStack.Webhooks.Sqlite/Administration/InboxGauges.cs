using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>What is measured of a file every minute.</summary>
internal static class InboxGauges
{
    public const string DeadHandlersSql = "SELECT handler FROM deliveries WHERE state = 3 LIMIT ?1";

    private const string DeadLettersSql =
        $"SELECT h.name, count(*) FROM ({DeadHandlersSql}) d JOIN handlers h ON h.handler = d.handler GROUP BY h.handler";

    public static InboxMeasures Measure(Database database, string path)
    {
        using var rows = database.Query(DeadLettersSql);
        rows.Bind(1, InboxMeasures.MostDeadLetters);
        var dead = new Dictionary<string, long>(StringComparer.Ordinal);
        while (rows.Step())
        {
            dead.Add(rows.GetString(0), rows.GetInt64(1));
        }

        var size = new[] { path, path + "-wal", path + "-shm" }.Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);
        return new InboxMeasures(size, new DriveInfo(path).AvailableFreeSpace, dead);
    }
}

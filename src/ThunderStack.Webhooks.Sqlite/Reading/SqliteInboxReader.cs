using ThunderStack.Webhooks.Sqlite.Administration;

namespace ThunderStack.Webhooks.Sqlite.Reading;

/// <summary>Reads the file of an SQLite inbox, also while a receiver owns it.</summary>
public static class SqliteInboxReader
{
    /// <summary>Opens a file that exists.</summary>
    /// <param name="connectionString">Such as <c>Data Source=data/inbox.db</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InboxOpenException">It is not an inbox that this version reads.</exception>
    public static IInboxReader Open(string connectionString)
    {
        var path = InboxFile.Find(connectionString);
        InboxFile.OpenChecked(path).Dispose();
        return new InboxQueries(() => InboxFile.Open(path), static _ => Task.CompletedTask);
    }
}

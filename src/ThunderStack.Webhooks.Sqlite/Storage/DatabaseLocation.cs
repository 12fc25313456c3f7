using Microsoft.Data.Sqlite;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Where the file is.</summary>
internal static class DatabaseLocation
{
    /// <summary>The full path that a connection string names.</summary>
    /// <exception cref="InboxOpenException">It names no file that keeps what it is told.</exception>
    public static string Resolve(string connectionString)
    {
        if (connectionString.Contains("://", StringComparison.Ordinal))
        {
            // Never to the parser, which repeats what it does not understand: a password, in postgres://user:password@host/db.
            throw Refused("is a URI", "'Data Source=data/inbox.db', or for PostgreSQL Provider=PostgreSql and a connection string like 'Host=db;Username=thunderstack'");
        }

        SqliteConnectionStringBuilder parsed;
        try
        {
            parsed = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // Without the parser's message, which repeats what it does not understand, such as a part of a password.
            throw new InboxOpenException("ThunderStack:Inbox:ConnectionString is not an SQLite connection string. Write 'Data Source=<path>'.");
        }

        var source = parsed.DataSource;
        if (string.IsNullOrWhiteSpace(source))
        {
            throw Refused("names no file", "'Data Source=data/inbox.db'");
        }

        if (parsed.Mode == SqliteOpenMode.Memory || source.Equals(":memory:", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("keeps the inbox in memory, where a restart loses events that were answered 200", "the path of a file");
        }

        if (source.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused("is a URI, whose parameters can switch durability off", "a plain path");
        }

        if (parsed.Mode == SqliteOpenMode.ReadOnly)
        {
            throw Refused("is read-only", "a connection string without 'Mode'");
        }

        if (parsed.Cache == SqliteCacheMode.Shared)
        {
            throw Refused("shares its cache, which the inbox does not support", "a connection string without 'Cache'");
        }

        if (!string.IsNullOrEmpty(parsed.Password))
        {
            throw Refused("has a password, and this SQLite has no encryption", "a connection string without 'Password'");
        }

        return FollowLink(Path.GetFullPath(source));
    }

    // SQLite keeps its log beside the file that a link leads to, and so does the lock belong there: two links are one inbox.
    private static string FollowLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InboxOpenException($"The inbox '{path}' is a link that leads nowhere: {exception.Message}", exception);
        }
    }

    private static InboxOpenException Refused(string problem, string remedy) =>
        new($"ThunderStack:Inbox:ConnectionString {problem}. Use {remedy}.");
}

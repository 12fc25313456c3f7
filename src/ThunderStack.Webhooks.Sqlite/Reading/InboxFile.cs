using Microsoft.Data.Sqlite;

namespace ThunderStack.Webhooks.Sqlite.Reading;

/// <summary>Opens the file of an inbox that exists, to read it.</summary>
internal static class InboxFile
{
    /// <summary>The full path that a connection string names.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string Find(string connectionString)
    {
        var path = DatabaseLocation.Resolve(connectionString);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no inbox at '{path}'.", path);
    }

    /// <summary>Opens it, and makes sure that it is an inbox of this version.</summary>
    /// <exception cref="InboxOpenException">It is not.</exception>
    public static Database OpenChecked(string path)
    {
        Database? database = null;
        try
        {
            database = Open(path);
            CheckSchema(path, database);
            return database;
        }
        catch (SqliteException exception)
        {
            database?.Dispose();
            throw new InboxOpenException($"The inbox '{path}' cannot be read: {SqliteFailure.Describe(exception)}.", exception);
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }

    public static Database Open(string path)
    {
        try
        {
            var database = Database.OpenReadOnly(path, DatabaseOpener.BusyTimeout);
            try
            {
                _ = database.ReadInt64("PRAGMA schema_version");
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
        catch (SqliteException exception)
            when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY && !HasLog(path))
        {
            // A backup on a read-only disk: nothing may be created beside it, and nobody can write to it either.
            return Database.OpenImmutable(path);
        }
    }

    private static bool HasLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    private static void CheckSchema(string path, Database database)
    {
        if (database.ReadInt64("PRAGMA application_id") != Schema.ApplicationId)
        {
            throw new InboxOpenException($"'{path}' is a database, but not an inbox.");
        }

        var version = database.ReadInt64("PRAGMA user_version");
        if (version != Schema.Version)
        {
            throw new InboxOpenException(version > Schema.Version
                ? $"The inbox '{path}' is of version {version}, and this program knows {Schema.Version}: use one that is as new as the receiver."
                : $"The inbox '{path}' is of version {version}, and this program reads {Schema.Version}: a receiver of this version brings it there when it starts.");
        }
    }
}

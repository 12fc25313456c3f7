using Microsoft.Data.Sqlite;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Opens the writer's connection.</summary>
internal sealed class DatabaseOpener(string path, string synchronous)
{
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(2);

    // Pages of the log that are carried over into the database at a time. Every append waits meanwhile, so often and little:
    // against SQLite's 1,000 pages the 99th percentile fell from 19 to 16 ms under full load, and no throughput was lost.
    private const int CheckpointPages = 250;

    // After a burst the log is cut back to this size.
    private const long LogSizeLimit = 64 * 1024 * 1024;

    /// <summary>Opens the file for the first time: creates or migrates it.</summary>
    /// <param name="upgrading">Told the version of an older file, before it is migrated.</param>
    /// <exception cref="InboxOpenException">It cannot be used as it is.</exception>
    public Database OpenFirst(Action<long> upgrading)
    {
        Preflight.Check(path);
        try
        {
            SetRights();
            var database = Database.OpenReadWrite(path, BusyTimeout);
            try
            {
                Configure(database);
                Schema.Migrate(database, upgrading);
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
        catch (SqliteException exception)
        {
            var advice = exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_READONLY ? $". {FileRights.Advice(path)}" : "";
            throw new InboxOpenException($"The inbox '{path}' cannot be opened: {SqliteFailure.Describe(exception)}{advice}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InboxOpenException($"The inbox '{path}' cannot be created: {exception.Message} {FileRights.Advice(path)}", exception);
        }
    }

    /// <summary>Opens the file again after a failure. It must be there.</summary>
    public Database OpenAgain()
    {
        var database = Database.OpenReadWrite(path, BusyTimeout);
        try
        {
            Configure(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // SQLite gives its log the rights of the database. Before it has the file open: closing a handle drops its locks.
    private void SetRights()
    {
        if (!File.Exists(path))
        {
            new FileStream(path, FileRights.Creating(FileMode.CreateNew)).Dispose();
        }

        foreach (var suffix in new[] { "", "-wal", "-shm", ".lock" })
        {
            FileRights.Tighten(path + suffix);
        }
    }

    private void Configure(Database database)
    {
        if (database.IsReadOnly)
        {
            throw new SqliteException("attempt to write a readonly database", SQLitePCL.raw.SQLITE_READONLY);
        }

        var mode = database.ReadText("PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new SqliteException(
                $"the journal mode is '{mode}', not 'wal'; does the file system lack shared memory?", SQLitePCL.raw.SQLITE_CANTOPEN);
        }

        database.Execute(
            $"PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = {CheckpointPages}; PRAGMA journal_size_limit = {LogSizeLimit}");
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Storage;

namespace ThunderStack.Webhooks.Sqlite.Reading;

/// <summary>Reads the file of an SQLite inbox, also while a receiver owns it. Each question has a connection of its own.</summary>
public sealed class SqliteInboxReader : IInboxReader
{
    private const int PageSize = 500;

    private readonly string _path;

    private SqliteInboxReader(string path) => _path = path;

    /// <summary>Opens a file that exists.</summary>
    /// <param name="connectionString">Such as <c>Data Source=data/inbox.db</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InboxOpenException">It is not an inbox that this version reads.</exception>
    public static SqliteInboxReader Open(string connectionString)
    {
        var path = DatabaseLocation.Resolve(connectionString);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no inbox at '{path}'.", path);
        }

        try
        {
            using var database = OpenDatabase(path);
            CheckSchema(path, database);
        }
        catch (SqliteException exception)
        {
            throw new InboxOpenException($"The inbox '{path}' cannot be read: {SqliteFailure.Describe(exception)}.", exception);
        }

        return new SqliteInboxReader(path);
    }

    /// <inheritdoc/>
    public Task<long> EstimateCountAsync(CancellationToken cancellationToken) => AskAsync(
        static database => database.ReadInt64("SELECT max(seq) FROM events") is var last and > 0
            ? last - database.ReadInt64("SELECT min(seq) FROM events") + 1
            : 0,
        cancellationToken);

    /// <inheritdoc/>
    public Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken) =>
        AskAsync(database => InboxQueries.Find(database, id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        AskAsync(database => InboxQueries.List(database, filter), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<InboxEntry> ReadAllAsync(
        EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await AskAsync(static database => database.ReadInt64("SELECT max(seq) FROM events"), cancellationToken)
            .ConfigureAwait(false);
        for (long after = 0; after < last;)
        {
            var from = after;
            var page = await AskAsync(database => ReadPage(database, filter, from, last), cancellationToken).ConfigureAwait(false);
            foreach (var (_, entry) in page)
            {
                yield return entry;
            }

            after = page.Count < PageSize ? last : page[^1].Seq;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken) =>
        AskAsync(database => InboxQueries.ListDeliveries(database, id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        AskAsync(database => InboxQueries.ListDeadLetters(database, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListHandlersAsync(CancellationToken cancellationToken) => AskAsync(
        static database =>
        {
            using var rows = database.Query("SELECT name FROM handlers ORDER BY name");
            return InboxQueries.ReadAll(rows, static row => row.GetString(0));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken) => AskAsync(
        static database =>
        {
            using var rows = database.Query("SELECT fingerprint, spki FROM public_keys");
            return (IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>)InboxQueries
                .ReadAll(rows, static row => (Fingerprint: new KeyFingerprint(row.GetString(0)), Key: row.GetBytes(1)))
                .ToDictionary(key => key.Fingerprint, key => (ReadOnlyMemory<byte>)key.Key);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Database OpenDatabase(string path)
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

    private static List<(long Seq, InboxEntry Entry)> ReadPage(Database database, EventFilter filter, long after, long last)
    {
        using var rows = database.Query(
            $"""
            SELECT {EntryColumns.Select}, e.seq FROM {EntryColumns.Source}
            WHERE e.seq > ?5 AND e.seq <= ?6 AND {InboxQueries.EntryFilter}
            ORDER BY e.seq LIMIT {PageSize}
            """);
        InboxQueries.BindFilter(rows, filter);
        rows.Bind(5, after);
        rows.Bind(6, last);
        return [.. InboxQueries.ReadAll(rows, static row => (row.GetInt64(EntryColumns.Count), EntryColumns.Read(row)))];
    }

    private Task<T> AskAsync<T>(Func<Database, T> ask, CancellationToken cancellationToken) =>
        InboxQueries.AskAsync(() => OpenDatabase(_path), ask, cancellationToken);
}

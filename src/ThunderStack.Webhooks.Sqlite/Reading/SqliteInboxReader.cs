using System.Runtime.CompilerServices;
using ThunderStack.Webhooks.Conditions;
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
        var path = InboxFile.Find(connectionString);
        InboxFile.OpenChecked(path).Dispose();
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
    public Task<IReadOnlyList<EventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) => AskAsync(
        database =>
        {
            using var rows = database.Query(
                """
                SELECT i.id FROM event_ids i
                WHERE substr(hex(i.id), -?2) = ?1 AND EXISTS (SELECT 1 FROM events e WHERE e.seq = i.seq) LIMIT ?3
                """);
            rows.Bind(1, digits.ToUpperInvariant());
            rows.Bind(2, digits.Length);
            rows.Bind(3, limit);
            return InboxQueries.ReadAll(rows, static row => new EventId(row.GetSpan(0)));
        },
        cancellationToken);

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
    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken) =>
        AskAsync(database => BacklogQuery.List(database, handler), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) =>
        AskAsync(database => InboxQueries.ListConditions(database, closed), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) =>
        AskAsync(InboxQueries.ListNodeStates, cancellationToken);

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

    private static List<(long Seq, InboxEntry Entry)> ReadPage(Database database, EventFilter filter, long after, long last)
    {
        const string Columns = $"{EntryColumns.Select}, e.seq";
        if (filter.NodeId is not null)
        {
            var first = Math.Max(after + 1, database.ReadInt64("SELECT min(seq) FROM events"));
            return NodeEvents.Read(database, filter, (first, last), newestFirst: false, PageSize, Columns, ReadNumbered);
        }

        using var rows = database.Query(
            $"""
            SELECT {Columns} FROM {EntryColumns.Source}
            WHERE e.seq > ?6 AND e.seq <= ?7 AND {InboxQueries.Conditions(filter)}
            ORDER BY e.seq LIMIT {PageSize}
            """);
        InboxQueries.BindFilter(rows, filter);
        rows.Bind(6, after);
        rows.Bind(7, last);
        return [.. InboxQueries.ReadAll(rows, ReadNumbered)];
    }

    private static (long Seq, InboxEntry Entry) ReadNumbered(Statement row) => (row.GetInt64(EntryColumns.Count), EntryColumns.Read(row));

    private Task<T> AskAsync<T>(Func<Database, T> ask, CancellationToken cancellationToken) =>
        InboxQueries.AskAsync(() => InboxFile.Open(_path), ask, cancellationToken);
}

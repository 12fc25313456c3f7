using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Administration;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Reading;

/// <summary>Reads a PostgreSQL inbox without taking part in it: no tables are made, no replica joins.</summary>
public sealed class PostgreSqlInboxReader : IInboxReader
{
    private const int PageSize = 500;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(60);

    private readonly NpgsqlDataSource _source;
    private readonly SchemaName _schema;
    private readonly InboxQueries _queries;

    private PostgreSqlInboxReader(NpgsqlDataSource source, SchemaName schema)
    {
        _source = source;
        _schema = schema;
        _queries = new InboxQueries(source, schema, new Guard(StatementTimeout, allowDataLoss: true));
    }

    /// <summary>Connects to a database that has an inbox.</summary>
    /// <param name="connectionString">Such as <c>Host=db;Username=thunderstack;Database=thunderstack</c>.</param>
    /// <param name="schemaName">The schema that the tables are in.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="FileNotFoundException">The database has no inbox in this schema.</exception>
    /// <exception cref="InboxOpenException">It cannot be reached, or is not an inbox that this version reads.</exception>
    public static async Task<PostgreSqlInboxReader> OpenAsync(string connectionString, string schemaName, CancellationToken cancellationToken)
    {
        var schema = SchemaName.Parse(schemaName);
        var reader = new PostgreSqlInboxReader(ConnectionSettings.CreateSource(connectionString, ConnectTimeout, isPooled: true), schema);
        try
        {
            await reader.CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch (Exception exception)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            if (exception is NpgsqlException or TimeoutException)
            {
                throw new InboxOpenException($"The inbox cannot be read: {PostgreSqlFailure.Describe(exception)}", exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<long> EstimateCountAsync(CancellationToken cancellationToken) => await ReadOneAsync(
        $"SELECT coalesce((SELECT max(seq) FROM {_schema}.events) - (SELECT min(seq) FROM {_schema}.events) + 1, 0)", cancellationToken)
        .ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken) => _queries.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) =>
        await _queries.ReadAsync(
            $"""
            SELECT i.id FROM {_schema}.event_ids i
            WHERE right(encode(i.id, 'hex'), length($1)) = $1 AND EXISTS (SELECT FROM {_schema}.events e WHERE e.seq = i.seq) LIMIT $2
            """,
            command => command.With(digits, NpgsqlDbType.Text).With(limit),
            row => new EventId(row.GetFieldValue<byte[]>(0)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        _queries.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<InboxEntry> ReadAllAsync(
        EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await ReadOneAsync($"SELECT coalesce((SELECT max(seq) FROM {_schema}.events), 0)", cancellationToken).ConfigureAwait(false);
        for (long after = 0; after < last;)
        {
            var page = await ReadPageAsync(filter, after, last, cancellationToken).ConfigureAwait(false);
            foreach (var (_, entry) in page)
            {
                yield return entry;
            }

            after = page.Count < PageSize ? last : page[^1].Seq;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken) =>
        _queries.ListDeliveriesAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        _queries.ListDeadLettersAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken) =>
        _queries.ListBacklogAsync(handler, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) =>
        _queries.ListConditionsAsync(closed, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) => _queries.ListNodeStatesAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListHandlersAsync(CancellationToken cancellationToken) => await _queries.ReadAsync(
        $"SELECT name FROM {_schema}.handlers ORDER BY name", _ => { }, row => row.GetString(0), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken) =>
        _queries.ListKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task CheckSchemaAsync(CancellationToken cancellationToken)
    {
        var tables = await _queries.ReadAsync(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'",
            command => command.With(_schema.Value),
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        if (tables[0] == 0)
        {
            throw new FileNotFoundException($"The database has no inbox in the schema {_schema}.");
        }

        var version = await ReadOneAsync($"SELECT version::bigint FROM {_schema}.schema_version", cancellationToken).ConfigureAwait(false);
        if (version != Migrations.Version)
        {
            throw new InboxOpenException(version > Migrations.Version
                ? $"The inbox in {_schema} is of version {version}, and this program knows {Migrations.Version}: use one that is as new as the receiver."
                : $"The inbox in {_schema} is of version {version}, and this program reads {Migrations.Version}: a receiver of this version brings it there when it starts.");
        }
    }

    private Task<List<(long Seq, InboxEntry Entry)>> ReadPageAsync(EventFilter filter, long after, long last, CancellationToken cancellationToken) =>
        _queries.ReadAsync(
            $"""
            SELECT {EntryColumns.Select}, e.seq FROM {EntryColumns.From(_schema)}
            WHERE {_queries.Conditions(filter)} AND e.seq > $6 AND e.seq <= $7
            ORDER BY e.seq LIMIT {PageSize}
            """,
            command => InboxQueries.WithFilter(command, filter).With(after).With(last),
            row => (row.GetInt64(EntryColumns.Count), EntryColumns.Read(row)),
            cancellationToken);

    private async Task<long> ReadOneAsync(string sql, CancellationToken cancellationToken) =>
        (await _queries.ReadAsync(sql, _ => { }, row => row.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];
}

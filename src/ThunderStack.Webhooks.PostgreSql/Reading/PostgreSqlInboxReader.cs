using ThunderStack.Webhooks.PostgreSql.Administration;

namespace ThunderStack.Webhooks.PostgreSql.Reading;

/// <summary>Reads a PostgreSQL inbox without taking part in it: no tables are made, no replica joins.</summary>
public static class PostgreSqlInboxReader
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Connects to a database that has an inbox.</summary>
    /// <param name="connectionString">Such as <c>Host=db;Username=thunderstack;Database=thunderstack</c>.</param>
    /// <param name="schemaName">The schema that the tables are in.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="FileNotFoundException">The database has no inbox in this schema.</exception>
    /// <exception cref="InboxOpenException">It cannot be reached, or is not an inbox that this version reads.</exception>
    public static async Task<IInboxReader> OpenAsync(string connectionString, string schemaName, CancellationToken cancellationToken)
    {
        var schema = SchemaName.Parse(schemaName);
        var source = ConnectionSettings.CreateSource(connectionString, ConnectTimeout, isPooled: true);
        var queries = new InboxQueries(source, schema, new TransactionSettings(StatementTimeout, allowDataLoss: true), ownsSource: true);
        try
        {
            await CheckSchemaAsync(queries, schema, cancellationToken).ConfigureAwait(false);
            return queries;
        }
        catch (Exception exception)
        {
            await queries.DisposeAsync().ConfigureAwait(false);
            if (exception is NpgsqlException or TimeoutException)
            {
                throw new InboxOpenException($"The inbox cannot be read: {PostgreSqlFailure.Describe(exception)}", exception);
            }

            throw;
        }
    }

    private static async Task CheckSchemaAsync(InboxQueries queries, SchemaName schema, CancellationToken cancellationToken)
    {
        var tables = await queries.ReadAsync(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'",
            command => command.With(schema.Value),
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        if (tables[0] == 0)
        {
            throw new FileNotFoundException($"The database has no inbox in the schema {schema}.");
        }

        var version = (await queries.ReadAsync(
            $"SELECT version FROM {schema}.schema_version", _ => { }, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
        if (version != Migrations.Version)
        {
            throw new InboxOpenException(version > Migrations.Version
                ? $"The inbox in {schema} is of version {version}, and this program knows {Migrations.Version}: use one that is as new as the receiver."
                : $"The inbox in {schema} is of version {version}, and this program reads {Migrations.Version}: a receiver of this version brings it there when it starts.");
        }
    }
}

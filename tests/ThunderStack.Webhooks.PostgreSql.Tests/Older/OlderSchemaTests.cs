using Npgsql;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Older;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Older;

/// <summary>
/// A dump of a schema that the last commit with schema 6 (e4195b9) has written: behind the webhooks three changes of conditions and an action.
/// </summary>
public sealed class OlderSchemaTests : OlderStoreTests
{
    private const string Dumped = "schema6";

    private readonly string _schema = TestPostgreSql.NewSchema();
    private string _connectionString = "";
    private TestPostgreSqlInbox? _store;

    protected override HostedInbox Inbox => _store!.PostgreSql;

    protected override int Events => 12;

    protected override int Action => 1;

    public override async ValueTask InitializeAsync()
    {
        _connectionString = await TestPostgreSql.ConnectAsync();
        var dump = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Older", "schema-6.sql"), Token);

        // A dump sets the connection that reads it.
        await TestPostgreSql.ExecuteAsync(
            new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString, dump.Replace(Dumped, _schema, StringComparison.Ordinal));
        _store = await TestPostgreSqlInbox.OpenAsync(schema: _schema);
    }

    public override async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        await TestPostgreSql.ExecuteAsync(_connectionString, $"DROP SCHEMA {_schema} CASCADE");
    }
}

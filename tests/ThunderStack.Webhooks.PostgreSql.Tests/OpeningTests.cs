using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>What is refused at start, and what is made ready.</summary>
public sealed class OpeningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_replicas_that_start_at_once_on_an_empty_database_all_open()
    {
        var connectionString = await TestPostgreSql.ConnectAsync();
        var schema = TestPostgreSql.NewSchema();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(
            () => TestPostgreSqlInbox.OpenAsync(connectionString: connectionString, schema: schema).AsTask(), Token)));

        var results = await Task.WhenAll(replicas.Select(replica => replica.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token).AsTask()));

        results.Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }

        await TestPostgreSql.ExecuteAsync(connectionString, $"DROP SCHEMA {schema} CASCADE");
    }

    [Fact]
    public async Task Newer_schema_is_refused_and_left_untouched()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"UPDATE {store.Schema}.schema_version SET version = 1000");

        var open = async () => await store.OpenReplicaAsync();

        (await open.Should().ThrowAsync<InboxOpenException>()).WithMessage("*newer version*");
        (await TestPostgreSql.QueryAsync<int>(store.ConnectionString, $"SELECT version FROM {store.Schema}.schema_version")).Should().Be(1000);
    }

    [Theory]
    [InlineData("synchronous_commit")]
    [InlineData("fsync")]
    public async Task Server_that_does_not_wait_for_its_disk_is_refused_unless_that_is_allowed(string setting)
    {
        Assert.SkipWhen(PostgreSqlCluster.Missing is not null, PostgreSqlCluster.Missing ?? "");
        await using var cluster = await PostgreSqlCluster.StartAsync(new Dictionary<string, string> { [setting] = "off" });
        var log = new RecordingLogger<PostgreSqlInbox>();

        var refused = async () => await TestPostgreSqlInbox.OpenAsync(connectionString: cluster.ConnectionString, schema: "thunderstack");

        (await refused.Should().ThrowAsync<InboxOpenException>()).WithMessage($"*{setting}=off*AllowDataLoss*");
        await using var allowed = await TestPostgreSqlInbox.OpenAsync(
            connectionString: cluster.ConnectionString, schema: "thunderstack", allowDataLoss: true, logger: log);
        log.Lines.Should().Contain(line => line.Level == LogLevel.Warning && line.Message.Contains($"{setting}=off"));
    }

    [Fact]
    public async Task User_whose_transactions_do_not_see_what_was_committed_meanwhile_is_refused()
    {
        var connectionString = await TestPostgreSql.ConnectAsync() + @";Options=-c default_transaction_isolation=repeatable\ read";

        var open = async () => await TestPostgreSqlInbox.OpenAsync(connectionString: connectionString, schema: TestPostgreSql.NewSchema());

        (await open.Should().ThrowAsync<InboxOpenException>()).WithMessage("*repeatable read*ALTER ROLE*'read committed'*");
    }

    [Fact]
    public async Task Commit_waits_for_the_disk_also_when_the_setting_changed_since_the_start()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        var settings = new Storage.TransactionSettings(TimeSpan.FromSeconds(4), allowDataLoss: false);
        await using var source = Npgsql.NpgsqlDataSource.Create(store.ConnectionString + ";Options=-c synchronous_commit=off");
        await using var connection = await source.OpenConnectionAsync(Token);

        await using var batch = settings.CreateBatch(connection);
        batch.BatchCommands.Add(new Npgsql.NpgsqlBatchCommand("SELECT current_setting('synchronous_commit')"));
        await using var reader = await batch.ExecuteReaderAsync(Token);
        await reader.NextResultAsync(Token);
        await reader.ReadAsync(Token);

        reader.GetString(0).Should().Be("on");
    }

    [Fact]
    public async Task Wrong_database_name_is_said_at_once()
    {
        var connectionString = await TestPostgreSql.ConnectAsync();

        var open = async () => await TestPostgreSqlInbox.OpenAsync(connectionString: connectionString + ";Database=nowhere", schema: "s");

        (await open.Should().ThrowAsync<InboxOpenException>()).WithMessage("*no such database*");
    }

    [Fact]
    public async Task Database_that_cannot_be_reached_fails_the_start_after_its_patience()
    {
        var limits = TestPostgreSqlInbox.QuickLimits with { Patience = TimeSpan.FromMilliseconds(100), ProbeInterval = TimeSpan.FromMilliseconds(10) };

        var open = async () => await TestPostgreSqlInbox.OpenAsync(
            connectionString: "Host=127.0.0.1;Port=1;Username=nobody;Database=none", schema: "s", limits: limits);

        (await open.Should().ThrowAsync<InboxOpenException>()).WithMessage("*cannot be reached*");
    }

    [Fact]
    public async Task Role_that_may_read_every_table_reads_no_key_that_protects_cookies()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await ((ICookieKeyStore)store.Inbox).SaveAsync(new StoredCookieKey("key-1", "<key />", DateTimeOffset.UnixEpoch), Token);
        await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        var (reader, writer) = ($"{store.Schema}_reader", $"{store.Schema}_writer");
        await TestPostgreSql.ExecuteAsync(
            store.ConnectionString,
            $"""
            CREATE ROLE {reader} LOGIN PASSWORD 'x'; CREATE ROLE {writer} LOGIN PASSWORD 'x';
            GRANT USAGE ON SCHEMA {store.Schema} TO {reader}, {writer};
            GRANT SELECT ON ALL TABLES IN SCHEMA {store.Schema} TO {reader};
            GRANT ALL ON ALL TABLES IN SCHEMA {store.Schema} TO {writer};
            """);
        try
        {
            (await CountAsync(reader, "events")).Should().Be(1);
            (await CountAsync(reader, "cookie_keys")).Should().Be(0);
            (await CountAsync(writer, "cookie_keys")).Should().Be(1, "a receiver need not own its tables");
        }
        finally
        {
            await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"DROP OWNED BY {reader}, {writer}; DROP ROLE {reader}, {writer}");
        }

        Task<long> CountAsync(string role, string table) => TestPostgreSql.QueryAsync<long>(
            new Npgsql.NpgsqlConnectionStringBuilder(store.ConnectionString) { Username = role, Password = "x", Pooling = false }.ToString(),
            $"SELECT count(*) FROM {store.Schema}.{table}");
    }

    [Fact]
    public async Task Role_without_the_right_to_make_a_schema_works_in_one_that_was_made_for_it()
    {
        var connectionString = await TestPostgreSql.ConnectAsync();
        var schema = TestPostgreSql.NewSchema();
        await TestPostgreSql.ExecuteAsync(connectionString, $"CREATE ROLE {schema} LOGIN PASSWORD 'x'; CREATE SCHEMA {schema}; GRANT USAGE, CREATE ON SCHEMA {schema} TO {schema}");

        await using (var store = await TestPostgreSqlInbox.OpenAsync(
            connectionString: new Npgsql.NpgsqlConnectionStringBuilder(connectionString) { Username = schema, Password = "x" }.ToString(), schema: schema))
        {
            (await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        }

        await TestPostgreSql.ExecuteAsync(connectionString, $"DROP SCHEMA {schema} CASCADE; DROP ROLE {schema}");
    }
}

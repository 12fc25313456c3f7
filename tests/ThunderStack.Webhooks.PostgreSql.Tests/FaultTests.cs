using System.Diagnostics;
using System.Globalization;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>
/// What a network does to the way to the database. How often each: <c>THUNDERSTACK_POSTGRES_FAULTS</c>, 100 in a campaign.
/// </summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConnectionFault.Refuse, 4)]
    [InlineData(ConnectionFault.Hang, 1)]
    [InlineData(ConnectionFault.Reset, 4)]
    [InlineData(ConnectionFault.LoseAnswer, 4)]
    public async Task Fault_never_makes_a_false_200_and_is_over_within_five_seconds(ConnectionFault fault, int times)
    {
        var connection = new NpgsqlConnectionStringBuilder(await TestPostgreSql.ConnectAsync());
        await using var proxy = FaultyProxy.Start(connection.Port);
        connection.Port = proxy.Port;
        await using var store = await TestPostgreSqlInbox.OpenAsync(connectionString: connection.ToString());
        var (unknown, slowestAnswer, slowestRecovery) = (0, TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < Times(times); i++)
        {
            await StoreAsync(store, TestEntry.Create());
            var entry = TestEntry.Create();

            proxy.Set(fault);
            var (outcome, answered) = await AppendAsync(store, entry);
            proxy.Set(ConnectionFault.None);

            // It is there if it was said to be; and it may be there if nobody knows.
            var isStored = await CountAsync(store, entry) == 1;
            outcome.Should().BeOneOf(isStored
                ? [AppendOutcome.Stored, AppendOutcome.Unknown]
                : [AppendOutcome.Unavailable, AppendOutcome.Unknown]);
            var recovering = Stopwatch.GetTimestamp();
            await StoreAsync(store, entry);
            var recovered = Stopwatch.GetElapsedTime(recovering);
            (await CountAsync(store, entry)).Should().Be(1);

            unknown += outcome == AppendOutcome.Unknown ? 1 : 0;
            slowestAnswer = answered > slowestAnswer ? answered : slowestAnswer;
            slowestRecovery = recovered > slowestRecovery ? recovered : slowestRecovery;
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Times(times)} × {fault}: {unknown} unknown, slowest answer {slowestAnswer.TotalSeconds:0.0} s, recovery {slowestRecovery.TotalSeconds:0.0} s.");
        slowestAnswer.Should().BeLessThan(Promise);
        slowestRecovery.Should().BeLessThan(Promise);
        if (fault == ConnectionFault.LoseAnswer)
        {
            unknown.Should().BePositive("a lost answer is what that is for");
        }
    }

    [Fact]
    public async Task Results_of_handlers_wait_for_the_database_to_come_back()
    {
        var connection = new NpgsqlConnectionStringBuilder(await TestPostgreSql.ConnectAsync());
        await using var proxy = FaultyProxy.Start(connection.Port);
        connection.Port = proxy.Port;
        await using var store = await TestPostgreSqlInbox.OpenAsync(
            connectionString: connection.ToString(), limits: TestPostgreSqlInbox.QuickLimits with { Lease = TimeSpan.FromMinutes(1) });
        await store.Inbox.RegisterHandlersAsync(["only"], DeliveryOrdering.PerNode, Token);
        var entry = TestEntry.Create();
        await StoreAsync(store, entry);
        var delivery = (await store.Inbox.ClaimAsync("only", 1, Token)).Single();

        proxy.Set(ConnectionFault.Refuse);
        var settling = store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
        (await AppendAsync(store, TestEntry.Create())).Outcome.Should().NotBe(AppendOutcome.Stored);
        settling.IsCompleted.Should().BeFalse("the database cannot be reached");
        proxy.Set(ConnectionFault.None);

        await settling;
        (await store.Administration.ListDeliveriesAsync(entry.Id, Token)).Single().State.Should().Be(DeliveryState.Succeeded);
    }

    [Fact]
    public async Task Idle_connections_that_were_ended_cost_no_event_its_answer()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await store.Inbox.RegisterHandlersAsync(["only"], DeliveryOrdering.PerNode, Token);
        for (var i = 0; i < 5; i++)
        {
            await StoreAsync(store, TestEntry.Create($"node-{i}"));

            await TestPostgreSql.ExecuteAsync(
                await TestPostgreSql.ConnectAsync(),
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'thunderstack-receiver' AND query LIKE '%{store.Schema}%'");

            (await AppendAsync(store, TestEntry.Create($"other-{i}"))).Outcome.Should().Be(AppendOutcome.Stored);
            store.PostgreSql.Health.IsHealthy.Should().BeTrue();
        }
    }

    [Fact]
    public async Task Sessions_that_were_read_only_are_given_up_once_writing_is_allowed_again()
    {
        var connectionString = await TestPostgreSql.ConnectAsync();
        var role = TestPostgreSql.NewSchema();
        await TestPostgreSql.ExecuteAsync(
            connectionString, $"CREATE ROLE {role} LOGIN PASSWORD 'x'; CREATE SCHEMA {role}; GRANT USAGE, CREATE ON SCHEMA {role} TO {role}");
        await using (var store = await TestPostgreSqlInbox.OpenAsync(
            connectionString: new NpgsqlConnectionStringBuilder(connectionString) { Username = role, Password = "x" }.ToString(), schema: role))
        {
            await StoreAsync(store, TestEntry.Create());
            await TestPostgreSql.ExecuteAsync(
                connectionString,
                $"ALTER ROLE {role} SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'");
            await Eventually.TrueAsync(
                async () => !(await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).IsDurable, "the database only reads");

            await TestPostgreSql.ExecuteAsync(connectionString, $"ALTER ROLE {role} RESET default_transaction_read_only");
            var recovering = Stopwatch.GetTimestamp();
            await StoreAsync(store, TestEntry.Create());

            Stopwatch.GetElapsedTime(recovering).Should().BeLessThan(Promise);
        }

        await TestPostgreSql.ExecuteAsync(connectionString, $"DROP SCHEMA {role} CASCADE; DROP ROLE {role}");
    }

    [Fact]
    public async Task Inbox_is_not_healthy_while_a_table_is_locked_and_nothing_can_be_stored()
    {
        var limits = TestPostgreSqlInbox.QuickLimits with { StatementTimeout = TimeSpan.FromSeconds(1), ProbeInterval = TimeSpan.FromMilliseconds(50) };
        await using var store = await TestPostgreSqlInbox.OpenAsync(limits: limits);
        await StoreAsync(store, TestEntry.Create());
        await using var other = new NpgsqlConnection(store.ConnectionString);
        await other.OpenAsync(Token);
        await using var transaction = await other.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand($"LOCK TABLE {store.Schema}.events IN ACCESS EXCLUSIVE MODE", other, transaction))
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        (await AppendAsync(store, TestEntry.Create())).Outcome.Should().NotBe(AppendOutcome.Stored);

        // Several probes long.
        var watching = Stopwatch.GetTimestamp();
        var (samples, healthy) = (0, 0);
        while (Stopwatch.GetElapsedTime(watching) < TimeSpan.FromSeconds(3))
        {
            samples++;
            healthy += store.PostgreSql.Health.IsHealthy ? 1 : 0;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        healthy.Should().Be(0, "of {0} samples", samples);
        await transaction.RollbackAsync(Token);
        await Eventually.TrueAsync(() => Task.FromResult(store.PostgreSql.Health.IsHealthy), "the table is free again");
    }

    private static int Times(int otherwise) =>
        Environment.GetEnvironmentVariable("THUNDERSTACK_POSTGRES_FAULTS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    private static async Task<(AppendOutcome Outcome, TimeSpan Elapsed)> AppendAsync(TestPostgreSqlInbox store, InboxEntry entry)
    {
        var started = Stopwatch.GetTimestamp();
        var result = await store.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        return (result.Outcome, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Sends until it is answered as a sender is that gets 503 and tries again.</summary>
    private static Task StoreAsync(TestPostgreSqlInbox store, InboxEntry entry) => Eventually.TrueAsync(
        async () => (await store.Inbox.AppendAsync(entry, TestEntry.Key, Token)).IsDurable, "the event is stored in the end");

    // Past the proxy.
    private static async Task<long> CountAsync(TestPostgreSqlInbox store, InboxEntry entry) => await TestPostgreSql.QueryAsync<long>(
        await TestPostgreSql.ConnectAsync(), $"SELECT count(*) FROM {store.Schema}.events WHERE id = '\\x{entry.Id}'");
}

using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Pooling;

/// <summary>A real PgBouncer before a real server.</summary>
public sealed class PgBouncerTests
{
    private const string Handler = "only";
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PoolMode.Transaction)]
    [InlineData(PoolMode.Session)]
    public async Task Pooler_is_noticed_and_said_at_the_start(PoolMode mode)
    {
        await using var pooler = await StartAsync(await TestPostgreSql.ConnectAsync(), mode);
        var log = new RecordingLogger<PostgreSqlInbox>();

        await using var store = await TestPostgreSqlInbox.OpenAsync(connectionString: pooler.ConnectionString, logger: log);

        log.Lines.Should().Contain(line => line.Level == LogLevel.Warning && line.Message.Contains("pooler"));
    }

    [Theory]
    [InlineData(PoolMode.Transaction)]
    [InlineData(PoolMode.Session)]
    public async Task Event_stored_by_one_replica_is_found_by_another_without_being_told(PoolMode mode)
    {
        await using var pooler = await StartAsync(await TestPostgreSql.ConnectAsync(), mode);
        await using var first = await TestPostgreSqlInbox.OpenAsync(connectionString: pooler.ConnectionString);
        await using var second = await first.OpenReplicaAsync();
        await second.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var claim = second.Inbox.ClaimAsync(Handler, 1, Token).AsTask();
        var entry = TestEntry.Create();

        await first.Inbox.AppendAsync(entry, TestEntry.Key, Token);

        (await claim.WaitAsync(Promise, Token)).Single().Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Replica_behind_the_pooler_and_one_beside_it_share_the_work()
    {
        await using var direct = await TestPostgreSqlInbox.OpenAsync();
        await using var pooled = await direct.OpenReplicaAsync(connectionString: await TestPostgreSql.ConnectThroughPoolerAsync());
        await direct.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var entry = TestEntry.Create();
        var claim = direct.Inbox.ClaimAsync(Handler, 1, Token).AsTask();

        (await pooled.Inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        (await direct.Inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);

        (await claim.WaitAsync(Promise, Token)).Single().Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Pooler_that_is_killed_makes_no_false_answer_and_is_found_again_within_five_seconds()
    {
        await using var pooler = await StartAsync(await TestPostgreSql.ConnectAsync(), PoolMode.Transaction);
        await using var store = await TestPostgreSqlInbox.OpenAsync(connectionString: pooler.ConnectionString);
        await StoreAsync(store, TestEntry.Create());

        await pooler.KillAsync();
        var refused = await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        await pooler.StartAgainAsync();
        var recovering = Stopwatch.GetTimestamp();
        await StoreAsync(store, TestEntry.Create());

        refused.IsDurable.Should().BeFalse();
        Stopwatch.GetElapsedTime(recovering).Should().BeLessThan(Promise);
    }

    [Fact]
    public async Task Server_that_is_killed_behind_the_pooler_makes_no_false_answer_and_is_found_again_within_five_seconds()
    {
        Assert.SkipWhen(PostgreSqlCluster.Missing is not null, PostgreSqlCluster.Missing ?? "");
        await using var cluster = await PostgreSqlCluster.StartAsync();
        await using var pooler = await StartAsync(cluster.ConnectionString, PoolMode.Transaction);
        await using var store = await TestPostgreSqlInbox.OpenAsync(connectionString: pooler.ConnectionString, schema: "thunderstack");
        var stored = TestEntry.Create();
        await StoreAsync(store, stored);

        await cluster.KillAsync();
        var asked = Stopwatch.GetTimestamp();
        var refused = await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        var answered = Stopwatch.GetElapsedTime(asked);
        await cluster.StartAgainAsync();
        var recovering = Stopwatch.GetTimestamp();
        await StoreAsync(store, TestEntry.Create());

        refused.IsDurable.Should().BeFalse();
        answered.Should().BeLessThan(Promise);
        Stopwatch.GetElapsedTime(recovering).Should().BeLessThan(Promise);
        (await store.Inbox.AppendAsync(stored, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
    }

    private static Task<PgBouncer> StartAsync(string connectionString, PoolMode mode)
    {
        Assert.SkipWhen(PgBouncer.Missing is not null, PgBouncer.Missing ?? "");
        return PgBouncer.StartAsync(connectionString, mode);
    }

    private static Task StoreAsync(TestPostgreSqlInbox store, InboxEntry entry) => Eventually.TrueAsync(
        async () => (await store.Inbox.AppendAsync(entry, TestEntry.Key, Token)).IsDurable, "the event is stored in the end");
}

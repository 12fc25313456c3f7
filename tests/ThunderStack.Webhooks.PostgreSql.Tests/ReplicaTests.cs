using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>Several replicas in one process, each with its own connections.</summary>
public sealed class ReplicaTests
{
    private const string Handler = "only";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_stored_by_one_is_handed_out_by_another()
    {
        await using var first = await TestPostgreSqlInbox.OpenAsync();
        await using var second = await first.OpenReplicaAsync();
        await second.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var claim = second.Inbox.ClaimAsync(Handler, 1, Token).AsTask();
        var entry = TestEntry.Create();

        await first.Inbox.AppendAsync(entry, TestEntry.Key, Token);

        (await claim.WaitAsync(Long, Token)).Single().Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Same_event_sent_to_all_at_once_is_stored_once()
    {
        await using var first = await TestPostgreSqlInbox.OpenAsync();
        await using var second = await first.OpenReplicaAsync();
        await using var third = await first.OpenReplicaAsync();
        var entries = TestEntry.CreateMany(50);

        var outcomes = await Task.WhenAll(entries.SelectMany(entry => new[] { first, second, third }.Select(
            async replica => (await replica.Inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome)));

        outcomes.Count(outcome => outcome == AppendOutcome.Stored).Should().Be(entries.Length);
        outcomes.Count(outcome => outcome == AppendOutcome.Duplicate).Should().Be(2 * entries.Length);
    }

    [Fact]
    public async Task Replica_whose_lease_is_over_settles_nothing()
    {
        await using var first = await TestPostgreSqlInbox.OpenAsync();
        await using var second = await first.OpenReplicaAsync();
        var entries = TestEntry.CreateMany(2);
        await first.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        foreach (var entry in entries)
        {
            await first.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        }

        // It takes longer than its lease, and does not know that: as if its process had been stopped for a while.
        var late = (await first.Inbox.ClaimAsync(Handler, 1, Token)).Single();
        await second.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var taken = (await second.Inbox.ClaimAsync(Handler, 1, Token)).Single();
        taken.Entry.Id.Should().Be(late.Entry.Id);

        await first.Inbox.SettleAsync(late, new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "too late"), Token);

        (await first.Administration.ListDeliveriesAsync(entries[0].Id, Token)).Should().BeEmpty();
        await second.Inbox.SettleAsync(taken, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
        (await second.Administration.ListDeliveriesAsync(entries[0].Id, Token)).Single().State.Should().Be(DeliveryState.Succeeded);
        (await second.Inbox.ClaimAsync(Handler, 1, Token)).Single().Entry.Id.Should().Be(entries[1].Id);
    }

    [Fact]
    public async Task Replica_that_is_paused_in_the_middle_of_storing_does_not_stop_the_others()
    {
        var connection = new NpgsqlConnectionStringBuilder(await TestPostgreSql.ConnectAsync());
        await using var proxy = FaultyProxy.Start(connection.Port);
        connection.Port = proxy.Port;
        await using var paused = await TestPostgreSqlInbox.OpenAsync(connectionString: connection.ToString());
        await using var other = await paused.OpenReplicaAsync(connectionString: await TestPostgreSql.ConnectAsync());
        var entries = TestEntry.CreateMany(3);
        await paused.Inbox.AppendAsync(entries[0], TestEntry.Key, Token);

        proxy.Set(ConnectionFault.Pause);
        var storing = paused.Inbox.AppendAsync(entries[1], TestEntry.Key, Token).AsTask();
        await Eventually.TrueAsync(() => IsHeldAsync(other, "nodes"), "the paused replica holds the node's row");

        await Eventually.TrueAsync(
            async () => (await other.Inbox.AppendAsync(entries[2], TestEntry.Key, Token)).IsDurable, "the other one can store an event of the node");
        (await storing).Outcome.Should().Be(AppendOutcome.Unknown);

        proxy.Set(ConnectionFault.None);
        await Eventually.TrueAsync(
            async () => (await paused.Inbox.AppendAsync(entries[1], TestEntry.Key, Token)).IsDurable, "it goes on where it stopped");
    }

    [Fact]
    public async Task Replica_that_is_paused_in_the_middle_of_a_result_does_not_keep_its_node()
    {
        var connection = new NpgsqlConnectionStringBuilder(await TestPostgreSql.ConnectAsync());
        await using var proxy = FaultyProxy.Start(connection.Port);
        connection.Port = proxy.Port;
        var limits = TestPostgreSqlInbox.QuickLimits with { Repair = TimeSpan.FromMilliseconds(200), StatementTimeout = TimeSpan.FromSeconds(2) };
        await using var paused = await TestPostgreSqlInbox.OpenAsync(connectionString: connection.ToString(), limits: limits);
        await using var other = await paused.OpenReplicaAsync(connectionString: await TestPostgreSql.ConnectAsync());
        await paused.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var entry = TestEntry.Create();
        await paused.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        var delivery = (await paused.Inbox.ClaimAsync(Handler, 1, Token)).Single();

        proxy.Set(ConnectionFault.Pause);
        var settling = paused.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
        await Eventually.TrueAsync(() => IsHeldAsync(other, "lanes"), "the paused replica holds the lane's row");
        await other.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        (await other.Inbox.ClaimAsync(Handler, 1, Token).AsTask().WaitAsync(Long, Token)).Single().Entry.Id.Should().Be(entry.Id);

        proxy.Set(ConnectionFault.None);
        await settling;
        (await other.Administration.ListDeliveriesAsync(entry.Id, Token)).Should().BeEmpty("its result came when another had the node");
    }

    [Fact]
    public async Task Replica_that_leaves_in_good_order_is_replaced_at_once()
    {
        await using var first = await TestPostgreSqlInbox.OpenAsync(limits: TestPostgreSqlInbox.QuickLimits with { Lease = TimeSpan.FromHours(1) });
        await using var second = await first.OpenReplicaAsync();
        await first.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        var entry = TestEntry.Create();
        await first.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        (await first.Inbox.ClaimAsync(Handler, 1, Token)).Should().ContainSingle();
        await second.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        await first.PostgreSql.CloseAsync();

        (await second.Inbox.ClaimAsync(Handler, 1, Token).AsTask().WaitAsync(Long, Token)).Single().Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Node_has_one_delivery_at_a_time_and_in_order_however_many_replicas_there_are()
    {
        const int Events = 600;
        await using var first = await TestPostgreSqlInbox.OpenAsync();
        await using var second = await first.OpenReplicaAsync();
        await using var third = await first.OpenReplicaAsync();
        TestPostgreSqlInbox[] replicas = [first, second, third];
        foreach (var replica in replicas)
        {
            await replica.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        }

        var entries = Enumerable.Range(0, Events).Select(i => TestEntry.Create($"node-{i % 6}")).ToArray();
        var handled = new System.Collections.Concurrent.ConcurrentQueue<InboxEntry>();
        var left = Events;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var claimers = replicas.Select(replica => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    foreach (var delivery in await replica.Inbox.ClaimAsync(Handler, 2, done.Token))
                    {
                        handled.Enqueue(delivery.Entry);
                        await replica.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
                        if (Interlocked.Decrement(ref left) == 0)
                        {
                            await done.CancelAsync();
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                // All were handled.
            }
        })).ToList();

        for (var i = 0; i < Events; i++)
        {
            (await replicas[i % replicas.Length].Inbox.AppendAsync(entries[i], TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        }

        await Task.WhenAll(claimers).WaitAsync(TimeSpan.FromMinutes(1), Token);
        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            handled.Where(entry => entry.NodeId == node.Key).Select(entry => entry.Id).Should().Equal(node.Select(entry => entry.Id));
        }
    }

    private static async Task<bool> IsHeldAsync(TestPostgreSqlInbox store, string table)
    {
        await using var connection = new NpgsqlConnection(store.ConnectionString);
        await connection.OpenAsync(Token);
        await using var held = new NpgsqlCommand(
            $"SELECT (SELECT count(*) FROM {store.Schema}.{table}) - count(*) FROM (SELECT FROM {store.Schema}.{table} FOR UPDATE SKIP LOCKED) free",
            connection);
        return (long)(await held.ExecuteScalarAsync(Token))! > 0;
    }
}

using ThunderStack.Webhooks.Inbox;
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
}

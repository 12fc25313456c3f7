using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>
/// A settlement claims for the slot that it frees, in the same round trip. Nothing sweeps here: what a settlement forgets, nobody
/// finds.
/// </summary>
public sealed class SettleAndClaimTests
{
    private const string Handler = "only";

    private static readonly InboxLimits Unswept = new() { BusySweep = TimeSpan.FromMinutes(10), IdleSweep = TimeSpan.FromMinutes(10) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slot_goes_on_with_another_node_when_its_own_has_nothing_more()
    {
        await using var store = await OpenAsync("node-a", "node-b");
        var first = await ClaimAsync(store);

        var next = await SettleAsync(store, first);

        next!.Entry.NodeId.Should().NotBe(first.Entry.NodeId);
        (await SettleAsync(store, next)).Should().BeNull();
    }

    [Fact]
    public async Task Nodes_that_found_no_room_are_claimed_by_the_next()
    {
        await using var store = await OpenAsync("node-a", "node-a", "node-b", "node-c");
        var (slot, nodes) = (await ClaimAsync(store), new List<string>());
        while (slot is not null)
        {
            nodes.Add(slot.Entry.NodeId.Value);
            slot = await SettleAsync(store, slot);
        }

        nodes.Should().Equal("node-a", "node-a", "node-b", "node-c");
    }

    [Fact]
    public async Task Several_slots_handle_all_nodes_once_and_each_in_order()
    {
        const int Nodes = 40;
        InboxEntry[] entries = [.. Enumerable.Range(0, 5 * Nodes).Select(i => TestEntry.Create($"node-{i % Nodes}"))];
        await using var store = await OpenAsync(entries);
        var handled = new List<InboxEntry>();

        var slots = await store.Inbox.ClaimAsync(Handler, 8, Token);
        await Task.WhenAll(slots.Select(HandleAsync));

        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            handled.Where(entry => entry.NodeId == node.Key).Select(entry => entry.Id).Should().Equal(node.Select(entry => entry.Id));
        }

        async Task HandleAsync(Delivery delivery)
        {
            for (var next = delivery; next is not null;)
            {
                lock (handled)
                {
                    handled.Add(next.Entry);
                }

                next = await SettleAsync(store, next);
            }
        }
    }

    [Fact]
    public async Task Claim_that_failed_with_its_settlement_is_made_again()
    {
        await using var store = await OpenAsync("node-a", "node-b");
        var first = await ClaimAsync(store);
        await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"ALTER TABLE {store.Schema}.lanes RENAME TO hidden");
        var settling = SettleAsync(store, first);
        await TestPostgreSql.ExecuteAsync(store.ConnectionString, $"ALTER TABLE {store.Schema}.hidden RENAME TO lanes");

        var second = await settling ?? await ClaimAsync(store);

        second.Entry.NodeId.Should().NotBe(first.Entry.NodeId);
    }

    private static Task<TestPostgreSqlInbox> OpenAsync(params string[] nodes) => OpenAsync([.. nodes.Select(node => TestEntry.Create(node))]);

    private static async Task<TestPostgreSqlInbox> OpenAsync(InboxEntry[] entries)
    {
        var store = await TestPostgreSqlInbox.OpenAsync(limits: Unswept);
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        foreach (var entry in entries)
        {
            await store.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        }

        return store;
    }

    private static async Task<Delivery> ClaimAsync(TestPostgreSqlInbox store) =>
        (await store.Inbox.ClaimAsync(Handler, 1, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token)).Single();

    private static async Task<Delivery?> SettleAsync(TestPostgreSqlInbox store, Delivery delivery) =>
        await store.Inbox.SettleAndClaimAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
}

using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>The database becomes an older copy of itself under a running receiver, as after a failover or a restore.</summary>
public sealed class OlderCopyTests
{
    private const string Handler = "only";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_stored_since_are_handed_out_although_their_places_were_given_to_others_before()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        await HandleAsync(store, 3);
        await CopyAsync(store);
        var running = await HandleAsync(store, 20, leaveLast: true);

        await RestoreAsync(store);
        var since = TestEntry.CreateMany(5);
        await StoreAsync(store, since);

        // What ran meanwhile is of no event that is there now.
        await store.Inbox.SettleAsync(running!, new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "lost"), Token);
        foreach (var entry in since)
        {
            var delivery = (await store.Inbox.ClaimAsync(Handler, 1, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token)).Single();
            delivery.Entry.Id.Should().Be(entry.Id);
            await store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
        }

        (await store.Administration.ListDeadLettersAsync(10, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Node_whose_number_another_one_has_now_keeps_its_own_events()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        await CopyAsync(store);
        await StoreAsync(store, TestEntry.Create("first"), TestEntry.Create("second"));

        await RestoreAsync(store);
        var entries = new[] { TestEntry.Create("second"), TestEntry.Create("first") };
        await StoreAsync(store, entries);

        foreach (var entry in entries)
        {
            (await store.Administration.FindAsync(entry.Id, Token))!.NodeId.Should().Be(entry.NodeId);
        }
    }

    [Fact]
    public async Task Handler_that_the_copy_does_not_know_gets_what_came_since_it_first_took_part()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await StoreAsync(store, TestEntry.Create(receivedAt: TestEntry.Noon));
        await CopyAsync(store);
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        await RestoreAsync(store);
        var entry = TestEntry.Create(receivedAt: TimeProvider.System.GetUtcNow());
        await StoreAsync(store, entry);

        (await store.Inbox.ClaimAsync(Handler, 2, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token)).Single().Entry.Id.Should().Be(entry.Id);
    }

    private static async Task StoreAsync(TestPostgreSqlInbox store, params InboxEntry[] entries)
    {
        foreach (var entry in entries)
        {
            (await store.Inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        }
    }

    private static async Task<Delivery?> HandleAsync(TestPostgreSqlInbox store, int count, bool leaveLast = false)
    {
        await StoreAsync(store, TestEntry.CreateMany(count));
        for (var handled = 1; ; handled++)
        {
            var delivery = (await store.Inbox.ClaimAsync(Handler, 1, Token)).Single();
            if (handled == count && leaveLast)
            {
                return delivery;
            }

            await store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
            if (handled == count)
            {
                return null;
            }
        }
    }

    private static Task CopyAsync(TestPostgreSqlInbox store) => EachTableAsync(
        store, table => $"CREATE TABLE {store.Schema}.copy_of_{table} AS TABLE {store.Schema}.{table};", "");

    // The sequences go back, too: a standby gives the same places and numbers again.
    private static Task RestoreAsync(TestPostgreSqlInbox store) => EachTableAsync(
        store,
        table => $"TRUNCATE {store.Schema}.{table}; INSERT INTO {store.Schema}.{table} OVERRIDING SYSTEM VALUE TABLE {store.Schema}.copy_of_{table};",
        """
        SELECT setval('{0}.turns', greatest(1, (SELECT max(seq) FROM {0}.events)));
        SELECT setval(pg_get_serial_sequence('{0}.nodes', 'node'), coalesce((SELECT max(node) FROM {0}.nodes), 0) + 1, false);
        SELECT setval(pg_get_serial_sequence('{0}.handlers', 'handler'), coalesce((SELECT max(handler) FROM {0}.handlers), 0) + 1, false);
        """);

    private static Task EachTableAsync(TestPostgreSqlInbox store, Func<string, string> sql, string then)
    {
        string[] tables = ["nodes", "handlers", "lanes", "events", "event_ids", "deliveries", "public_keys"];
        return TestPostgreSql.ExecuteAsync(
            store.ConnectionString, $"BEGIN; {string.Concat(tables.Select(sql))} {then.Replace("{0}", store.Schema, StringComparison.Ordinal)} COMMIT;");
    }
}

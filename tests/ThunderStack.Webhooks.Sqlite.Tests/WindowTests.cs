using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>Lists over more events than one question looks at, with holes that retention has left.</summary>
public sealed class WindowTests
{
    private const int Events = 50_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_rare_is_found_page_by_page()
    {
        await using var store = await OpenFilledAsync();
        var inbox = store.Sqlite;

        // Every thousandth failed, and its delivery is dead; the first twenty thousand are gone but for those.
        (await CountAsync(inbox, new EventFilter { Status = NodeStatus.Failed })).Should().Be(50);
        (await CountAsync(inbox, new EventFilter { Status = NodeStatus.Failed, NodeId = new NodeId("node-0") })).Should().Be(50);
        (await CountAsync(inbox, new EventFilter { State = DeliveryState.DeadLettered })).Should().Be(50);
        (await CountAsync(inbox, new EventFilter { NodeId = new NodeId("node-7") })).Should().Be(150);
        (await CountAsync(inbox, new EventFilter { Status = NodeStatus.Paused })).Should().Be(0);
        (await CountAsync(inbox, new EventFilter { Limit = 500 })).Should().Be(30_020);
    }

    [Fact]
    public async Task Deliveries_are_listed_once_each()
    {
        await using var store = await OpenFilledAsync();
        var found = new HashSet<WebhookEventId>();
        string? cursor = null;
        do
        {
            var page = await store.Sqlite.PageDeliveriesAsync(new DeliveryFilter { State = DeliveryState.Succeeded }, 500, cursor, Token);
            page.Items.All(delivery => found.Add(delivery.EventId)).Should().BeTrue();
            cursor = page.Next;
        }
        while (cursor is not null);

        found.Should().HaveCount(30_020 - 50);
    }

    private static async Task<int> CountAsync(SqliteInbox inbox, EventFilter filter)
    {
        var found = new HashSet<WebhookEventId>();
        string? cursor = null;
        do
        {
            var page = await inbox.PageAsync(filter, cursor, Token);
            page.Items.All(entry => found.Add(entry.Id)).Should().BeTrue();
            cursor = page.Next;
        }
        while (cursor is not null);

        return found.Count;
    }

    private static async Task<TestSqliteInbox> OpenFilledAsync()
    {
        var store = await TestSqliteInbox.OpenAsync();
        await store.Sqlite.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        await store.Sqlite.CloseAsync();
        using (var database = Database.OpenReadWrite(store.Path, TimeSpan.FromSeconds(60)))
        {
            database.Execute(
                $"""
                BEGIN;
                INSERT INTO public_keys VALUES(1, '{new string('0', 64)}', x'00');
                INSERT INTO events(seq, id, node_id, type, status, received_at, key, signature, body)
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Events})
                    SELECT i, CAST(printf('%032d', i) AS BLOB), 'node-' || (i % 200), 'NODE_STATUS_UPDATED', iif(i % 1000 = 0, 'FAILED', 'RUNNING'),
                        1730894400000 + i, 1, x'00', x'00'
                    FROM n WHERE i > 20000 OR i % 1000 = 0;
                INSERT INTO event_ids SELECT id, seq FROM events;
                INSERT INTO deliveries(handler, seq, state, attempts, at) SELECT 1, seq, iif(seq % 1000 = 0, 3, 2), 1, received_at FROM events;
                UPDATE handlers SET settled_through = {Events};
                COMMIT
                """);
        }

        await store.RestartAsync();
        return store;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>An event that cannot be read holds up its own node, and no other.</summary>
public sealed class UnreadableEventTests
{
    private const string Handler = "log";
    private readonly FakeTimeProvider _time = new(TestEntry.Noon);
    private readonly RecordingLogger<SqliteInbox> _logger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DeliveryOrdering.PerNode)]
    [InlineData(DeliveryOrdering.None)]
    public async Task Event_that_cannot_be_read_holds_up_its_own_node_until_it_can(DeliveryOrdering ordering)
    {
        await using var store = await TestSqliteInbox.OpenAsync(_time, logger: _logger);
        await store.Inbox.RegisterHandlersAsync([Handler], ordering, Token);
        var entries = new[] { "node-a", "node-b", "node-c" }.Select(Large).ToArray();
        foreach (var entry in entries)
        {
            await store.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        }

        Execute(store, "UPDATE events SET seq = -2 WHERE seq = 2");
        var others = await HandleAsync(store, 2);

        others.Select(delivery => delivery.Entry.NodeId.Value).Should().BeEquivalentTo("node-a", "node-c");
        store.Sqlite.Health.IsHealthy.Should().BeTrue();
        store.Sqlite.Health.Reason.Should().Contain("1 delivery waits");
        _logger.Lines.Should().ContainSingle(line => line.Level == LogLevel.Error && line.Message.Contains("node-b"));

        Execute(store, "UPDATE events SET seq = 2 WHERE seq = -2");
        _time.Advance(TimeSpan.FromSeconds(10));

        (await HandleAsync(store, 1)).Should().ContainSingle(delivery => delivery.Entry.Id == entries[1].Id && delivery.Attempt == 1);
        store.Sqlite.Health.Should().Be(new InboxHealth(true, null));
    }

    [Fact]
    public async Task Damaged_page_that_only_handlers_read_fails_the_start_with_its_reason()
    {
        await using var store = await TestSqliteInbox.OpenAsync(_time);
        await store.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);
        await store.Inbox.AppendAsync(Large("node-a"), TestEntry.Key, Token);
        await store.Sqlite.CloseAsync();
        long page;
        using (var database = Database.OpenReadOnly(store.Path, TimeSpan.Zero))
        {
            page = database.ReadInt64("SELECT rootpage FROM sqlite_master WHERE name = 'deliveries'");
        }

        // Opening checks whole files up to a size; a sparse one is beyond it at no cost.
        await using (var file = File.OpenWrite(store.Path))
        {
            file.SetLength(65L * 1024 * 1024);
            file.Position = (page - 1) * 4_096;
            file.Write(Enumerable.Repeat((byte)0xFF, 4_096).ToArray());
        }

        await using var inbox = store.Another();
        await inbox.OpenAsync(Token);
        var registering = () => inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        (await registering.Should().ThrowAsync<InboxOpenException>()).WithMessage("*damaged*backup*").WithInnerException<SqliteException>();
    }

    // Too large to be kept in memory.
    private static InboxEntry Large(string node) => TestEntry.Create(node, body: [.. new byte[5_000], (byte)node[^1]]);

    private static void Execute(TestSqliteInbox store, string sql)
    {
        using var database = Database.OpenReadWrite(store.Path, TimeSpan.FromSeconds(5));
        database.Execute(sql);
    }

    private static async Task<List<Delivery>> HandleAsync(TestSqliteInbox store, int count)
    {
        var handled = new List<Delivery>();
        while (handled.Count < count)
        {
            foreach (var delivery in await store.Inbox.ClaimAsync(Handler, 3, Token))
            {
                await store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
                handled.Add(delivery);
            }
        }

        return handled;
    }
}

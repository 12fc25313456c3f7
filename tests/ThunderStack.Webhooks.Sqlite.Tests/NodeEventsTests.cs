using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Reading;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>Events of one node, of which there are several stretches and pages.</summary>
public sealed class NodeEventsTests : IAsyncLifetime
{
    private const int Count = 1_300;

    private readonly InboxEntry[] _entries =
        [.. Enumerable.Range(1, Count).Select(number => TestEntry.Create(NodeOf(number), receivedAt: TestEntry.Noon.AddSeconds(number)))];

    private TestSqliteInbox _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await TestSqliteInbox.OpenAsync();
        await Task.WhenAll(_entries.Select(entry => _store.Inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask()));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("often", 3)]
    [InlineData("often", Count)]
    [InlineData("rare", 2)]
    [InlineData("rare", Count)]
    [InlineData("unknown", Count)]
    public async Task They_are_listed_newest_first_up_to_the_limit(string node, int limit)
    {
        var found = await _store.Administration.ListAsync(new EventFilter { NodeId = new NodeId(node), Limit = limit }, Token);

        found.Select(entry => entry.Id).Should().Equal(Of(node).Reverse().Take(limit).Select(entry => entry.Id));
    }

    [Theory]
    [InlineData("often")]
    [InlineData("rare")]
    [InlineData("unknown")]
    public async Task They_are_all_read_oldest_first(string node)
    {
        await using var reader = SqliteInboxReader.Open($"Data Source={_store.Path}");

        var found = await reader.ReadAllAsync(new EventFilter { NodeId = new NodeId(node) }, Token).ToListAsync(Token);

        found.Select(entry => entry.Id).Should().Equal(Of(node).Select(entry => entry.Id));
    }

    [Fact]
    public async Task They_are_found_by_time_when_older_ones_have_been_removed()
    {
        await _store.Administration.ApplyRetentionAsync(TestEntry.Noon.AddSeconds(600), Token);

        var found = await _store.Administration.ListAsync(
            new EventFilter { NodeId = new NodeId("rare"), From = TestEntry.Noon.AddSeconds(500), To = TestEntry.Noon.AddSeconds(1_200) }, Token);

        found.Select(entry => entry.Id).Should().Equal(
            _entries.Where(entry => entry.NodeId.Value == "rare" && entry.ReceivedAt >= TestEntry.Noon.AddSeconds(600)
                && entry.ReceivedAt < TestEntry.Noon.AddSeconds(1_200)).Reverse().Select(entry => entry.Id));
    }

    // The first, the last and some between are rare.
    private static string NodeOf(int number) => number is 1 or Count || number % 400 == 0 ? "rare" : "often";

    private IEnumerable<InboxEntry> Of(string node) => _entries.Where(entry => entry.NodeId.Value == node);
}

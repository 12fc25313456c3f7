using System.Text;
using Npgsql;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Older;

/// <summary>
/// A schema that the last commit with schema 6 (e4195b9) has written, dumped, and opened by this one. Eight webhooks, three changes of
/// conditions and an action: 12 events. Of the handler <c>first</c> the first six came to something different each; <c>second</c> is paused.
/// </summary>
public sealed class OlderSchemaTests : IAsyncLifetime
{
    private const string Dumped = "schema6";
    private const string First = "first";
    private const string Second = "second";

    private readonly string _schema = TestPostgreSql.NewSchema();
    private string _connectionString = "";
    private TestPostgreSqlInbox? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PostgreSqlInbox Inbox => _store!.PostgreSql;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await TestPostgreSql.ConnectAsync();
        var dump = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Older", "schema-6.sql"), Token);

        // A dump sets the connection that reads it.
        await TestPostgreSql.ExecuteAsync(
            new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString, dump.Replace(Dumped, _schema, StringComparison.Ordinal));
        _store = await TestPostgreSqlInbox.OpenAsync(schema: _schema);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        await TestPostgreSql.ExecuteAsync(_connectionString, $"DROP SCHEMA {_schema} CASCADE");
    }

    [Fact]
    public async Task Every_event_is_there_with_its_body_and_its_key_and_is_a_duplicate()
    {
        var events = await EventsAsync();

        events.Should().HaveCount(12);
        var webhooks = events[..8];
        webhooks.Select(entry => Encoding.UTF8.GetString(entry.Body.Span)).Should().Equal(Enumerable.Range(0, 8).Select(i => $$"""{"number":{{i}}}"""));
        webhooks.Select(entry => entry.Status?.Value).Should().Equal("RUNNING", "RUNNING", "FAILED", "STARTING", "PAUSED", "IN_PROGRESS", "RUNNING", null);
        webhooks.Select(entry => entry.IsChange).Should().Equal(true, false, true, true, true, true, true, true);
        webhooks.Should().OnlyContain(entry => entry.Source == EventSource.Webhook && entry.Signature.Length == 37);
        var key = (await Inbox.ListKeysAsync(Token)).Should().ContainSingle().Subject;
        webhooks.Should().OnlyContain(entry => entry.Key == key.Key);
        events[8..].Should().OnlyContain(entry => entry.Source == EventSource.Observed);
        (await Inbox.AppendAsync(webhooks[3], TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Deliveries_stand_as_they_stood_and_what_waits_is_handed_out()
    {
        var events = await EventsAsync();
        var states = new List<DeliveryState>();
        foreach (var entry in events[..6])
        {
            states.Add((await Inbox.ListDeliveriesAsync(entry.Id, Token)).Should().ContainSingle().Subject.State);
        }

        states.Should().Equal(
            DeliveryState.Succeeded, DeliveryState.Scheduled, DeliveryState.DeadLettered, DeliveryState.Discarded, DeliveryState.Filtered, DeliveryState.Superseded);
        (await Inbox.ListFailedAttemptsAsync(events[2].Id, Token)).Should().Equal(
            new FailedAttempt(First, 1, TestEntry.Noon.AddMinutes(62), TimeSpan.FromMilliseconds(250), "503", "it failed"));
        (await Inbox.ListRatesAsync(TestEntry.Noon, Token)).Sum(rate => rate.Failed).Should().Be(3);

        await Inbox.RegisterHandlersAsync([First, Second], DeliveryOrdering.None, Token);
        (await HandleAsync(First, 7)).Should().BeEquivalentTo(events.Where((_, i) => i is 1 or >= 6).Select(entry => entry.Id));
        (await HandleAsync(Second, 12)).Should().BeEquivalentTo(events.Select(entry => entry.Id));
        (await Inbox.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(1);
        (await HandleAsync(First, 1)).Should().Equal(events[2].Id);
    }

    [Fact]
    public async Task Pauses_conditions_and_actions_are_there()
    {
        var handlers = await Inbox.ListHandlersAsync(Token);
        handlers.Select(handler => (handler.Name, handler.PausedBy)).Should().Equal((First, null), (Second, "ops"));
        (await Inbox.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-a");
        (await Inbox.ListConditionsAsync(closed: true, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-b");
        (await Inbox.ListNodeStatesAsync(Token)).Should().ContainSingle()
            .Which.Should().Match<NodeState>(node => node.Status == NodeStatus.Running && node.EffectiveAt == TestEntry.Noon.AddMinutes(6));
        var start = await ((IActionStore)Inbox).BeginAsync(
            ActionRequest.OfPerson(new NodeId("node-a"), "unlock", "ops", TimeSpan.FromMinutes(10), TestEntry.Noon, TestEntry.Noon), Token);
        (start.Verdict, start.Action!.Number).Should().Be((ActionVerdict.Busy, 1));
        (await ((ICookieKeyStore)Inbox).LoadAsync(Token)).Should().BeEmpty("schema 6 had none");
    }

    private async Task<List<InboxEntry>> EventsAsync() => [.. (await Inbox.ListAsync(new EventFilter(), Token)).Reverse()];

    private async Task<List<EventId>> HandleAsync(string handler, int count)
    {
        var handled = new List<EventId>();
        while (handled.Count < count)
        {
            foreach (var delivery in await Inbox.ClaimAsync(handler, count - handled.Count, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token))
            {
                handled.Add(delivery.Entry.Id);
                await Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon.AddHours(2)), Token);
            }
        }

        return handled;
    }
}

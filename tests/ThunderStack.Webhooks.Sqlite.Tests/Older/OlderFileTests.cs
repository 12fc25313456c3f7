using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests.Older;

/// <summary>
/// A file that the last commit with schema 6 (e4195b9) has written, opened by this one. Eight webhooks, then two conditions with their
/// changes, and two actions: 14 events. Of the handler <c>first</c> the first six came to something different each; <c>second</c> is paused.
/// </summary>
public sealed class OlderFileTests : IAsyncLifetime
{
    private const string First = "first";
    private const string Second = "second";

    private readonly TemporaryDirectory _directory = new();
    private readonly SteppedClock _time = new(TestEntry.Noon.AddMinutes(1));
    private SqliteInbox? _inbox;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteInbox Inbox => _inbox!;

    public async ValueTask InitializeAsync()
    {
        var path = _directory.File("inbox.db");
        await using (var file = File.Create(path))
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Older", "inbox-6.db.gz")), CompressionMode.Decompress))
        {
            await packed.CopyToAsync(file, Token);
        }

        _inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={path}" }),
            Options.Create(new SqliteInboxOptions()),
            _time,
            NullLogger<SqliteInbox>.Instance);
        await _inbox.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Inbox.CloseAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Every_event_is_there_with_its_body_and_its_key_and_is_a_duplicate()
    {
        var events = (await Inbox.ListAsync(new EventFilter(), Token)).Reverse().ToList();

        events.Should().HaveCount(14);
        var webhooks = events[..8];
        webhooks.Select(entry => Encoding.UTF8.GetString(entry.Body.Span)).Should().Equal(Enumerable.Range(0, 8).Select(i => $$"""{"number":{{i}}}"""));
        webhooks.Select(entry => entry.Status?.Value).Should().Equal("RUNNING", "RUNNING", "FAILED", "STARTING", "PAUSED", "IN_PROGRESS", "RUNNING", null);
        webhooks.Select(entry => entry.IsChange).Should().Equal(true, false, true, true, true, true, true, true);
        webhooks.Should().OnlyContain(entry => entry.Source == EventSource.Webhook && entry.Signature.Length == 37);
        var key = (await Inbox.ListKeysAsync(Token)).Should().ContainSingle().Subject;
        webhooks.Should().OnlyContain(entry => entry.Key == key.Key);
        (await Inbox.LoadAsync("https://cloud.example", Token)).Should().ContainSingle()
            .Which.SubjectPublicKeyInfo.ToArray().Should().Equal(key.Value.ToArray());
        events[8..].Should().OnlyContain(entry => entry.Source == EventSource.Observed);
        (await Inbox.AppendAsync(webhooks[3], TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
    }

    [Fact]
    public async Task Deliveries_stand_as_they_stood_and_what_waits_is_handed_out()
    {
        var events = (await Inbox.ListAsync(new EventFilter(), Token)).Reverse().ToList();
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

        _time.Advance(TimeSpan.FromHours(7));
        await Inbox.RegisterHandlersAsync([First, Second], DeliveryOrdering.None, Token);
        (await HandleAsync(First, 9)).Should().BeEquivalentTo(events.Where((_, i) => i is 1 or >= 6).Select(entry => entry.Id));
        (await HandleAsync(Second, 14)).Should().BeEquivalentTo(events.Select(entry => entry.Id));
        (await Inbox.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(1);
        (await HandleAsync(First, 1)).Should().Equal(events[2].Id);
    }

    [Fact]
    public async Task Pauses_conditions_actions_and_who_did_what_are_there()
    {
        (await Inbox.ListHandlersAsync(Token)).Should().Equal(new HandlerRecord(First, null, null), new HandlerRecord(Second, TestEntry.Noon, "ops"));
        Inbox.PausedHandlers.Should().Equal(Second);
        (await Inbox.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-a");
        (await Inbox.ListConditionsAsync(closed: true, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-b");
        (await Inbox.ListAuditAsync(10, Token)).Should().Equal(new AuditRecord(TestEntry.Noon, "ops", "handlers.pause", Second, "paused"));
        (await Inbox.ListNodeStatesAsync(Token)).Should().ContainSingle()
            .Which.Should().Match<NodeState>(node => node.Status == NodeStatus.Running && node.EffectiveAt == TestEntry.Noon.AddMinutes(6));
        var start = await Inbox.BeginAsync(
            ActionRequest.OfPerson(new NodeId("node-a"), "unlock", "ops", TimeSpan.FromMinutes(10), TestEntry.Noon, TestEntry.Noon), Token);
        (start.Verdict, start.Action!.Number).Should().Be((ActionVerdict.Busy, 2));
        (await ((ICookieKeyStore)Inbox).LoadAsync(Token)).Should().BeEmpty("schema 6 had none");
    }

    private async Task<List<EventId>> HandleAsync(string handler, int count)
    {
        var handled = new List<EventId>();
        while (handled.Count < count)
        {
            foreach (var delivery in await Inbox.ClaimAsync(handler, count - handled.Count, Token))
            {
                handled.Add(delivery.Entry.Id);
                await Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, _time.GetUtcNow()), Token);
            }
        }

        return handled;
    }
}

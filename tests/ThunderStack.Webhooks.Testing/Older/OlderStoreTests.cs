using System.Text;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Testing.Older;

/// <summary>
/// What an earlier version has written, opened by this one. First come eight webhooks, then changes of conditions and actions. Of the handler
/// <c>first</c> the first six came to something different each; <c>second</c> is paused.
/// </summary>
public abstract class OlderStoreTests : IAsyncLifetime
{
    protected const string First = "first";
    protected const string Second = "second";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The store, open.</summary>
    protected abstract HostedInbox Inbox { get; }

    /// <summary>How many events there are.</summary>
    protected abstract int Events { get; }

    /// <summary>The number of the action that has not ended.</summary>
    protected abstract int Action { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Every_event_is_there_with_its_body_and_its_key_and_is_a_duplicate()
    {
        var events = await EventsAsync();

        events.Should().HaveCount(Events);
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

        MakeRetriesDue();
        await Inbox.RegisterHandlersAsync([First, Second], DeliveryOrdering.None, Token);
        (await HandleAsync(First, Events - 5)).Should().BeEquivalentTo(events.Where((_, i) => i is 1 or >= 6).Select(entry => entry.Id));
        (await HandleAsync(Second, Events)).Should().BeEquivalentTo(events.Select(entry => entry.Id));
        (await Inbox.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(1);
        (await HandleAsync(First, 1)).Should().Equal(events[2].Id);
    }

    [Fact]
    public async Task Pauses_conditions_and_actions_are_there()
    {
        (await Inbox.ListHandlersAsync(Token)).Select(handler => (handler.Name, handler.PausedBy)).Should().Equal((First, null), (Second, "ops"));
        (await Inbox.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-a");
        (await Inbox.ListConditionsAsync(closed: true, Token)).Should().ContainSingle().Which.Subject.Should().Be("node-b");
        (await Inbox.ListNodeStatesAsync(Token)).Should().ContainSingle()
            .Which.Should().Match<NodeState>(node => node.Status == NodeStatus.Running && node.EffectiveAt == TestEntry.Noon.AddMinutes(6));
        var start = await Inbox.BeginAsync(
            ActionRequest.OfPerson(new NodeId("node-a"), "unlock", "ops", TimeSpan.FromMinutes(10), TestEntry.Noon, TestEntry.Noon), Token);
        (start.Verdict, start.Action!.Number).Should().Be((ActionVerdict.Busy, Action));
        (await ((ICookieKeyStore)Inbox).LoadAsync(Token)).Should().BeEmpty("schema 6 had none");
    }

    /// <summary>Lets time pass where the store follows a clock of the test.</summary>
    protected virtual void MakeRetriesDue()
    {
    }

    private async Task<List<InboxEntry>> EventsAsync() => [.. (await Inbox.ListAsync(new EventFilter(), Token)).Reverse()];

    private async Task<List<WebhookEventId>> HandleAsync(string handler, int count)
    {
        var handled = new List<WebhookEventId>();
        while (handled.Count < count)
        {
            foreach (var delivery in await Inbox.ClaimAsync(handler, count - handled.Count, Token).AsTask().WaitAsync(Patience, Token))
            {
                handled.Add(delivery.Entry.Id);
                await Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon.AddHours(8)), Token);
            }
        }

        return handled;
    }
}

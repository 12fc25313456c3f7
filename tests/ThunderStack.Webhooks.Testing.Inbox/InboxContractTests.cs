using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>
/// What every store must do, in classes by subject that derive from this one. A store's test project derives a sealed
/// class from each and says how a store is made. Names, messages and times in these tests are the store's to keep exactly.
/// </summary>
public abstract class InboxContractTests : IAsyncLifetime
{
    /// <summary>The name of a handler.</summary>
    protected const string Handler = "first";

    /// <summary>The name of another handler.</summary>
    protected const string OtherHandler = "second";

    // Only ever reached by a test that fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ITestInbox? _store;

    /// <summary>The clock that the store goes by.</summary>
    protected SteppedClock Time { get; } = new(TestEntry.Noon);

    /// <summary>The store.</summary>
    protected ITestInbox Store => _store!;

    /// <summary>The store as those who receive and dispatch see it.</summary>
    protected IInbox Inbox => Store.Inbox;

    /// <summary>The store as an operator sees it.</summary>
    protected IInboxAdministration Administration => Store.Inbox;

    /// <summary>Ends with the test, or when it takes too long.</summary>
    protected CancellationToken Token => _patience.Token;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _patience.CancelAfter(Patience);
        _store = await CreateAsync(Time);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _patience.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An open store without events.</summary>
    /// <param name="time">The clock that it goes by.</param>
    protected abstract ValueTask<ITestInbox> CreateAsync(TimeProvider time);

    /// <summary>Closes the store in good order and opens another one on the same data.</summary>
    protected Task RestartAsync() => Store.RestartAsync();

    /// <summary>Ends the store as a SIGKILL does, and opens another one on what that leaves.</summary>
    protected Task CrashAsync() => Store.CrashAsync();

    protected Task RegisterAsync(params string[] handlers) => Inbox.RegisterHandlersAsync(handlers, DeliveryOrdering.PerNode, Token);

    protected Task RegisterUnorderedAsync(params string[] handlers) => Inbox.RegisterHandlersAsync(handlers, DeliveryOrdering.None, Token);

    protected async Task<AppendOutcome> AppendAsync(InboxEntry entry) =>
        (await Inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome;

    /// <summary>Stores entries one after the other.</summary>
    protected async Task StoreAsync(params InboxEntry[] entries)
    {
        foreach (var entry in entries)
        {
            (await AppendAsync(entry)).Should().Be(AppendOutcome.Stored);
        }
    }

    /// <summary>Stores entries whose number makes one commit each too slow. They arrive in this order all the same.</summary>
    protected async Task StoreManyAsync(IEnumerable<InboxEntry> entries)
    {
        var appends = entries.Select(entry => Inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask()).ToList();
        (await Task.WhenAll(appends)).Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
    }

    /// <summary>Lets time pass for the store, however it measures it.</summary>
    protected Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        return Store.PassAsync(time);
    }

    /// <summary>Claims one.</summary>
    protected async Task<Delivery> ClaimAsync(string handler = Handler) => (await Inbox.ClaimAsync(handler, 1, Token)).Single();

    /// <summary>Claims until there are <paramref name="count"/>, settling none of them.</summary>
    protected async Task<List<Delivery>> ClaimAsync(int count, string handler = Handler)
    {
        var deliveries = new List<Delivery>();
        while (deliveries.Count < count)
        {
            deliveries.AddRange(await Inbox.ClaimAsync(handler, count - deliveries.Count, Token));
        }

        return deliveries;
    }

    /// <summary>Claims and settles until <paramref name="count"/> have succeeded.</summary>
    protected async Task<List<Delivery>> HandleAsync(int count, string handler = Handler)
    {
        var handled = new List<Delivery>();
        while (handled.Count < count)
        {
            IReadOnlyList<Delivery> running = await Inbox.ClaimAsync(handler, count - handled.Count, Token);
            while (running.Count > 0)
            {
                handled.AddRange(running);
                var left = count - handled.Count;
                var next = await Task.WhenAll(running.Select((delivery, i) => SucceedAsync(delivery, takesNext: i < left)));
                running = [.. next.OfType<Delivery>()];
            }
        }

        return handled;
    }

    private async Task<Delivery?> SucceedAsync(Delivery delivery, bool takesNext)
    {
        if (takesNext)
        {
            return await Inbox.SettleAndClaimAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, Time.GetUtcNow()), Token);
        }

        await SucceedAsync(delivery);
        return null;
    }

    /// <summary>
    /// Shows that a handler has nothing to claim: an event of a node that nothing else concerns is all that comes out.
    /// </summary>
    protected async Task ShouldHaveNothingAsync(string handler = Handler)
    {
        var marker = TestEntry.Create("marker-" + handler, status: null);
        await StoreAsync(marker);
        var claimed = await Inbox.ClaimAsync(handler, 100, Token);
        claimed.Select(delivery => delivery.Entry.Id).Should().Equal(marker.Id);
        await SucceedAsync(claimed[0]);
    }

    protected Task SucceedAsync(Delivery delivery) => SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, Time.GetUtcNow()));

    protected Task RetryAsync(Delivery delivery, TimeSpan delay, string error = "it failed") =>
        SettleAsync(delivery, new Settlement(DeliveryOutcome.Retry, Time.GetUtcNow(), delay, error));

    protected Task BuryAsync(Delivery delivery, string error = "it failed") =>
        SettleAsync(delivery, new Settlement(DeliveryOutcome.DeadLettered, Time.GetUtcNow(), Error: error));

    protected Task ReleaseAsync(Delivery delivery) => SettleAsync(delivery, new Settlement(DeliveryOutcome.Released, Time.GetUtcNow()));

    protected async Task<DeliveryState?> StateOfAsync(WebhookEventId id, string handler = Handler) =>
        (await Administration.ListDeliveriesAsync(id, Token)).SingleOrDefault(record => record.Handler == handler)?.State;

    protected static IEnumerable<WebhookEventId> IdsOf(IEnumerable<Delivery> deliveries) => deliveries.Select(delivery => delivery.Entry.Id);

    protected static IEnumerable<WebhookEventId> IdsOf(IEnumerable<InboxEntry> entries) => entries.Select(entry => entry.Id);

    protected async Task SettleAsync(Delivery delivery, Settlement settlement) => await Inbox.SettleAsync(delivery, settlement, Token);
}

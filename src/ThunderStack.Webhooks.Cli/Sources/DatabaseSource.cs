using System.Runtime.CompilerServices;
using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Handlers;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Status;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>An inbox as its database tells it.</summary>
/// <param name="inbox">Answers questions.</param>
/// <param name="owner">Makes changes; <see langword="null"/> when it was opened only to be read.</param>
/// <param name="opened">Is closed in the end.</param>
internal sealed class DatabaseSource(IInboxQueries inbox, IInboxAdministration? owner, IAsyncDisposable opened) : IInboxSource
{
    private const int PageLength = 500;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public ValueTask DisposeAsync() => opened.DisposeAsync();

    public Task<long> EstimateCountAsync(CancellationToken cancellationToken) => inbox.EstimateCountAsync(cancellationToken);

    public async Task<IReadOnlyList<EventView>> ListEventsAsync(EventFilter filter, CancellationToken cancellationToken) =>
        [.. (await inbox.ListAsync(filter, cancellationToken)).Select(EventView.Of)];

    public async Task<IReadOnlyList<DeliveryView>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken)
    {
        var found = new List<DeliveryView>();
        string? cursor = null;
        do
        {
            var page = await inbox.PageDeliveriesAsync(
                new DeliveryFilter { State = DeliveryState.DeadLettered }, Math.Min(limit - found.Count, PageLength), cursor, cancellationToken);
            found.AddRange(page.Items.Select(DeliveryView.Of));
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < limit);
        return found;
    }

    public async Task<IReadOnlyList<LaneView>> ListLanesAsync(CancellationToken cancellationToken)
    {
        var lanes = new List<LaneView>();
        foreach (var handler in await inbox.ListHandlersAsync(cancellationToken))
        {
            lanes.AddRange((await inbox.ListBacklogAsync(handler.Name, cancellationToken)).Select(lane => LaneView.Of(handler.Name, lane)));
        }

        return lanes;
    }

    public Task<IReadOnlyList<WebhookEventId>> FindIdsAsync(string digits, CancellationToken cancellationToken) =>
        inbox.FindByEndAsync(digits, limit: 2, cancellationToken);

    public async Task<EventDetailView?> FindAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        await inbox.FindAsync(id, cancellationToken) is { } entry
            ? EventDetailView.Of(entry, await inbox.ListDeliveriesAsync(id, cancellationToken))
            : null;

    public async IAsyncEnumerable<Evidence> ReadEvidenceAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = new HashSet<KeyFingerprint>();
        await foreach (var entry in inbox.ReadAllAsync(filter, cancellationToken))
        {
            // Events may come with a new key while this runs. One that is not there is looked for once.
            if (entry.Key is { } fingerprint && told.Add(fingerprint) && await FindKeyAsync(fingerprint, cancellationToken) is { } key)
            {
                yield return new Evidence(key, null);
            }

            yield return new Evidence(null, entry);
        }
    }

    public async Task<IReadOnlyList<ConditionView>> ListConditionsAsync(bool closed, CancellationToken cancellationToken)
    {
        var conditions = await inbox.ListConditionsAsync(closed: false, cancellationToken);
        return [.. ConditionView.Sort(conditions.Select(ConditionView.Of)),
            .. closed ? (await inbox.ListConditionsAsync(closed: true, cancellationToken)).Select(ConditionView.Of) : []];
    }

    public async Task<IReadOnlyList<HandlerView>> ListHandlersAsync(CancellationToken cancellationToken)
    {
        var rates = (await inbox.ListRatesAsync(TimeProvider.System.GetUtcNow() - Hour, cancellationToken)).ToLookup(rate => rate.Handler);
        var dead = (await inbox.ListFailuresAsync(cancellationToken)).ToLookup(group => group.Handler, group => group.Count);
        var handlers = new List<HandlerView>();
        foreach (var handler in await inbox.ListHandlersAsync(cancellationToken))
        {
            var lanes = await inbox.ListBacklogAsync(handler.Name, cancellationToken);
            var lately = rates[handler.Name].ToList();
            handlers.Add(new HandlerView(
                handler.Name,
                lanes.Sum(lane => (long)lane.Pending),
                lanes.Sum(lane => (long)lane.Scheduled),
                lanes.Count > 0 ? lanes.Min(lane => lane.OldestReceivedAt) : null,
                dead[handler.Name].Sum(),
                new HandlerRateView(lately.Sum(rate => rate.Succeeded), lately.Sum(rate => rate.Failed), lately.Sum(rate => rate.DeadLettered)),
                handler.PausedAt,
                handler.PausedBy));
        }

        return handlers;
    }

    public async Task<InboxStatus> ReadStatusAsync(CancellationToken cancellationToken) => new(
        null,
        await ListConditionsAsync(closed: false, cancellationToken),
        [.. (await inbox.ListNodeStatesAsync(cancellationToken)).Select(
            node => new NodeStatusView(node.NodeId.Value, null, node.Status.Value, node.EffectiveAt, node.EventId.ToString(), null))],
        await ListHandlersAsync(cancellationToken));

    public async Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        await RecordAsync("deliveries.replay", filter.Handler, await Owner.ReplayAsync(filter, cancellationToken));

    public async Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        await RecordAsync("deliveries.discard", filter.Handler, await Owner.DiscardAsync(filter, cancellationToken));

    public async Task<bool> SetPausedAsync(string handler, bool isPaused, CancellationToken cancellationToken)
    {
        var isChange = isPaused ? await Owner.PauseAsync(handler, Self, cancellationToken) : await Owner.ResumeAsync(handler, cancellationToken);
        return await RecordAsync(isPaused ? "handler.pause" : "handler.resume", handler, isChange);
    }

    // As the audit log of the management API shows it.
    private static string Self => $"{Environment.UserName} (thunderstack)";

    private IInboxAdministration Owner => owner ?? throw new InvalidOperationException("The inbox was opened only to be read.");

    private async Task<T> RecordAsync<T>(string action, string? target, T outcome)
    {
        await Owner.RecordAsync(new AuditRecord(TimeProvider.System.GetUtcNow(), Self, action, target ?? "all", $"{outcome}"), CancellationToken.None);
        return outcome;
    }

    /// <summary>The key with this fingerprint; or else what is filed under it, for whoever checks it.</summary>
    private async Task<ArchivedKey?> FindKeyAsync(KeyFingerprint fingerprint, CancellationToken cancellationToken)
    {
        var keys = await inbox.ListKeysAsync(cancellationToken);
        foreach (var der in keys.Values)
        {
            if (PublicKeyPolicy.ParseDer(der) is { IsAdmitted: true, Key: var key } && key.Fingerprint == fingerprint)
            {
                return new ArchivedKey(fingerprint.Value, Convert.ToBase64String(der.Span));
            }
        }

        return keys.TryGetValue(fingerprint, out var filed) ? new ArchivedKey(fingerprint.Value, Convert.ToBase64String(filed.Span)) : null;
    }
}

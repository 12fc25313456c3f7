using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Handlers;

/// <summary>Puts together what the store and this receiver know of handlers.</summary>
internal sealed class HandlerOverview(IInboxAdministration inbox, HandlerCatalog catalog, HandlerAttempts attempts, TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The names of the handlers that take part, or ever did.</summary>
    public async Task<IReadOnlySet<string>> ListNamesAsync(CancellationToken cancellationToken) =>
        (await inbox.ListHandlersAsync(cancellationToken)).Select(handler => handler.Name).Union(catalog.ListNames()).ToHashSet(StringComparer.Ordinal);

    public async Task<IReadOnlyList<HandlerView>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var active = catalog.ListNames();
        var known = (await inbox.ListHandlersAsync(cancellationToken)).ToDictionary(handler => handler.Name, StringComparer.Ordinal);
        var rates = (await inbox.ListRatesAsync(now - Hour, cancellationToken)).ToLookup(rate => rate.Handler, StringComparer.Ordinal);
        var failures = (await inbox.ListFailuresAsync(cancellationToken)).ToLookup(group => group.Handler, StringComparer.Ordinal);
        var views = new List<HandlerView>();
        foreach (var name in active.Union(known.Keys).Order(StringComparer.Ordinal))
        {
            var lanes = active.Contains(name) ? await inbox.ListBacklogAsync(name, cancellationToken) : [];
            var backlog = HandlerBacklog.Of(name, lanes, now);
            var record = known.GetValueOrDefault(name);
            views.Add(new HandlerView(
                name,
                active.Contains(name),
                backlog.Pending,
                backlog.Scheduled,
                lanes.Count == 0 ? null : backlog.Oldest.TotalSeconds,
                attempts.CountRunning(name),
                failures[name].Sum(group => group.Count),
                attempts.CountFailuresInARow(name),
                new HandlerRateView(rates[name].Sum(rate => rate.Succeeded), rates[name].Sum(rate => rate.Failed), rates[name].Sum(rate => rate.DeadLettered)),
                record?.PausedAt?.UtcDateTime,
                record?.PausedBy,
                lanes.Count == 0 ? null : lanes.Min(lane => lane.OldestReceivedAt).UtcDateTime));
        }

        return views;
    }
}

using System.Globalization;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Answers questions. Each answer is a copy, made under the lock.</summary>
/// <param name="data">What is stored.</param>
/// <param name="count">Counts what could be replayed.</param>
internal sealed class InMemoryQueries(InMemoryData data, Func<DeliveryFilter, CancellationToken, Task<int>> count) : IInboxQueries
{
    private const int MostConditions = 200;

    public Task<string> IdentifyAsync(CancellationToken cancellationToken) => Task.FromResult(data.Name);

    public Task<long> EstimateCountAsync(CancellationToken cancellationToken) => Ask(() => (long)data.Events.Count);

    public Task<InboxEntry?> FindAsync(WebhookEventId id, CancellationToken cancellationToken) => Ask(() => data.EventsById.GetValueOrDefault(id)?.Entry);

    public Task<IReadOnlyList<WebhookEventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) => AskList(
        () => data.EventsById.Keys.Where(id => id.ToString().EndsWith(digits, StringComparison.Ordinal)).Take(limit));

    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) => AskList(
        () => NewestFirst(filter).Take(filter.Limit).Select(stored => stored.Entry));

    public Task<InboxPage<InboxEntry>> PageAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var (place, _) = ParseCursor(cursor);
        return Ask(() => Page(
            NewestFirst(filter).Where(stored => stored.Place < place), filter.Limit, stored => stored.Entry, last => (last.Place, 0)));
    }

    public async IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter)
    {
        foreach (var entry in await AskList(() => NewestFirst(filter).Reverse().Select(stored => stored.Entry)).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, CancellationToken cancellationToken) => ReadAllAsync(filter);

    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(WebhookEventId id, CancellationToken cancellationToken) => AskList(
        () => DeliveriesOf(id).Where(delivery => delivery.State != DeliveryState.Pending).Select(delivery => delivery.ToRecord()));

    public Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(WebhookEventId id, CancellationToken cancellationToken) => AskList(
        () => DeliveriesOf(id).SelectMany(delivery => delivery.Failures).OrderBy(attempt => attempt.At));

    public Task<InboxPage<DeliveryRecord>> PageDeliveriesAsync(
        DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (place, handler) = ParseCursor(cursor);
        var state = filter.State ?? (filter.DeadLettersOnly ? DeliveryState.DeadLettered : null);
        return Ask(() => Page(
            data.Events.Values.Reverse()
                .SelectMany(stored => stored.Deliveries)
                .Where(delivery => delivery.Event.Place < place || (delivery.Event.Place == place && delivery.Handler.Number > handler))
                .Where(delivery => (state is null || delivery.State == state) && InMemoryFilters.Matches(filter, delivery)),
            limit,
            delivery => delivery.ToRecord(),
            last => (last.Event.Place, last.Handler.Number)));
    }

    public Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) => AskList(
        () => DeadLetters().Take(limit).Select(delivery => delivery.ToRecord()));

    public Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(CancellationToken cancellationToken) => AskList(
        () => DeadLetters()
            .GroupBy(delivery => (Handler: delivery.Handler.Name, delivery.ErrorCode))
            .Select(group => new FailureGroup(
                group.Key.Handler,
                group.Key.ErrorCode,
                group.Count(),
                group.Min(delivery => delivery.At),
                group.Max(delivery => delivery.At),
                group.Last().Event.Entry.Id,
                group.Last().Error))
            .OrderByDescending(group => group.Count));

    public Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) => count(filter, cancellationToken);

    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken) => AskList(
        () => (data.FindHandler(handler)?.Waiting ?? Enumerable.Empty<StoredDelivery>())
            .GroupBy(delivery => delivery.Event.Entry.NodeId)
            .Select(lane => new LaneBacklog(
                lane.Key,
                lane.Count(delivery => delivery.State == DeliveryState.Pending),
                lane.Count(delivery => delivery.State == DeliveryState.Scheduled),
                lane.Min(delivery => delivery.Event.Entry.ReceivedAt),
                lane.First().Event.Entry.Id,
                lane.First().Attempts,
                lane.First().DueAt))
            .OrderBy(lane => lane.OldestReceivedAt));

    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) => AskList(() => data.Nodes.Values);

    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) => AskList(
        () => (closed ? data.ClosedConditions : data.OpenConditions).AsEnumerable().Reverse().Take(MostConditions));

    public Task<IReadOnlyList<HandlerRecord>> ListHandlersAsync(CancellationToken cancellationToken) => AskList(
        () => data.Handlers
            .Select(handler => new HandlerRecord(handler.Name, handler.PausedAt, handler.PausedBy))
            .OrderBy(handler => handler.Name, StringComparer.Ordinal));

    public Task<IReadOnlyList<HandlerRate>> ListRatesAsync(DateTimeOffset from, CancellationToken cancellationToken) => AskList(
        () => data.Rates.Values.Where(rate => rate.From + HandlerRate.Interval > from).OrderBy(rate => rate.From));

    public Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken) => Ask(
        () => (IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>)new Dictionary<KeyFingerprint, ReadOnlyMemory<byte>>(data.Keys));

    public Task<IReadOnlyList<AuditRecord>> ListAuditAsync(int limit, CancellationToken cancellationToken) => AskList(
        () => data.Audit.AsEnumerable().Reverse().Take(limit));

    private Task<T> Ask<T>(Func<T> question)
    {
        lock (data.Gate)
        {
            return Task.FromResult(question());
        }
    }

    private Task<IReadOnlyList<T>> AskList<T>(Func<IEnumerable<T>> question) => Ask(() => (IReadOnlyList<T>)[.. question()]);

    private IEnumerable<StoredEvent> NewestFirst(EventFilter filter)
    {
        var before = filter.Before is { } id ? data.EventsById.GetValueOrDefault(id)?.Place ?? 0 : long.MaxValue;
        return data.Events.Values.Reverse().Where(stored => stored.Place < before && InMemoryFilters.Matches(filter, stored));
    }

    private List<StoredDelivery> DeliveriesOf(WebhookEventId id) => data.EventsById.GetValueOrDefault(id)?.Deliveries ?? [];

    private IEnumerable<StoredDelivery> DeadLetters() => data.Events.Values
        .SelectMany(stored => stored.Deliveries)
        .Where(delivery => delivery.State == DeliveryState.DeadLettered);

    private InboxPage<TItem> Page<T, TItem>(IEnumerable<T> rows, int limit, Func<T, TItem> show, Func<T, (long Place, int Handler)> placeOf)
    {
        var found = rows.Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        var next = found.Count > limit && page.Count > 0 ? placeOf(page[^1]) : default((long Place, int Handler)?);
        return new InboxPage<TItem>(
            [.. page.Select(show)],
            next is { } last ? string.Create(CultureInfo.InvariantCulture, $"{data.Name}-{last.Place}-{last.Handler}") : null);
    }

    /// <summary>Where the page before ended: behind a handler's delivery of an event, or before the newest event.</summary>
    private (long Place, int Handler) ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, 0);
        }

        return cursor.Split('-') is [var name, var place, var handler] && name == data.Name
            && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var lastPlace)
            && int.TryParse(handler, NumberStyles.None, CultureInfo.InvariantCulture, out var lastHandler)
            ? (lastPlace, lastHandler)
            : throw new InvalidCursorException();
    }
}

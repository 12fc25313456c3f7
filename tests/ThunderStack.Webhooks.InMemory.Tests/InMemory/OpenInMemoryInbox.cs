using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>The inbox while it is open: who takes part, and what is claimed. Everything else is in the data.</summary>
internal sealed class OpenInMemoryInbox : IOpenInbox
{
    private const int MaxErrorLength = 2_000;

    // A timer takes no longer one than some weeks; then it is looked again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly InMemoryData _data;
    private readonly TimeProvider _time;
    private readonly HashSet<StoredDelivery> _claimed = [];
    private readonly Dictionary<StoredHandler, DeliveryOrdering> _takingPart = [];
    private bool _isClosed;

    public OpenInMemoryInbox(InMemoryData data, TimeProvider time)
    {
        (_data, _time) = (data, time);
        Queries = new InMemoryQueries(data, CountReplayable);
        DeadLetters = new InMemoryDeadLetters(data, time, IsAsked);
        Handlers = new InMemoryHandlers(data, time);
        Retention = new InMemoryRetention(data, handler => _takingPart.Count == 0 || _takingPart.ContainsKey(handler));
        Keys = new InMemoryKeys(data);
        CookieKeys = new InMemoryCookieKeys(data);
        Conditions = new InMemoryConditions(data);
        Actions = new InMemoryActions(data, time);
    }

    public InboxHealth Health => new(IsHealthy: true, Reason: null);

    public IInboxQueries Queries { get; }

    public IDeadLetterCommands DeadLetters { get; }

    public IHandlerCommands Handlers { get; }

    public IRetentionCommand Retention { get; }

    public IPublicKeyStore Keys { get; }

    public ICookieKeyStore CookieKeys { get; }

    public IConditionStore Conditions { get; }

    public IActionStore Actions { get; }

    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        lock (_data.Gate)
        {
            var isNew = _data.TryAppend(entry);
            if (isNew && key is not null)
            {
                _data.Keys[key.Fingerprint] = key.SubjectPublicKeyInfo;
            }

            return new ValueTask<AppendResult>(new AppendResult(isNew ? AppendOutcome.Stored : AppendOutcome.Duplicate));
        }
    }

    public Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        lock (_data.Gate)
        {
            _takingPart.Clear();
            foreach (var name in handlers)
            {
                if (_data.FindHandler(name) is not { } handler)
                {
                    // It has a delivery of every event from now on.
                    handler = new StoredHandler(_data.Handlers.Count + 1, name);
                    _data.Handlers.Add(handler);
                }

                _takingPart[handler] = ordering;
            }

            _data.TellChange();
            return Task.CompletedTask;
        }
    }

    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            TimeSpan untilDue;
            lock (_data.Gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ObjectDisposedException.ThrowIf(_isClosed, this);
                var stored = _data.FindHandler(handler)
                    ?? throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");
                if (Claim(stored, max, out untilDue) is { Count: > 0 } claimed)
                {
                    return claimed;
                }

                changed = _data.Changed;
            }

            try
            {
                await changed.WaitAsync(untilDue, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // A retry may be due.
            }
        }
    }

    public ValueTask<Delivery?> SettleAsync(ClaimedDelivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken)
    {
        lock (_data.Gate)
        {
            var stored = ((InMemoryDelivery)delivery).Stored;
            _claimed.Remove(stored);
            if (settlement.Outcome != DeliveryOutcome.Released)
            {
                Record(stored, delivery, settlement);
            }

            _data.TellChange();
            return new ValueTask<Delivery?>((Delivery?)null);
        }
    }

    public Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken)
    {
        lock (_data.Gate)
        {
            var size = _data.Events.Values.Sum(stored => (long)WebhookEventId.Size + stored.Entry.Body.Length + stored.Entry.Signature.Length);
            var deadLetters = _data.Events.Values.SelectMany(stored => stored.Deliveries)
                .Where(delivery => delivery.State == DeliveryState.DeadLettered)
                .CountBy(delivery => delivery.Handler.Name)
                .ToDictionary(count => count.Key, count => (long)count.Value, StringComparer.Ordinal);
            return Task.FromResult(new InboxMeasures(size, Free: null, deadLetters));
        }
    }

    public Task CloseAsync()
    {
        lock (_data.Gate)
        {
            // What is claimed is claimed again from the inbox that is opened next.
            _isClosed = true;
            _data.TellChange();
            return Task.CompletedTask;
        }
    }

    private List<Delivery> Claim(StoredHandler handler, int max, out TimeSpan untilDue)
    {
        var claimed = new List<Delivery>();
        untilDue = LongestWait;
        if (!_takingPart.TryGetValue(handler, out var ordering))
        {
            return claimed;
        }

        var isOrdered = ordering == DeliveryOrdering.PerNode;
        var blocked = isOrdered
            ? _claimed.Where(other => other.Handler == handler).Select(other => other.Event.Entry.NodeId).ToHashSet()
            : [];
        foreach (var delivery in handler.Waiting)
        {
            if (claimed.Count == max)
            {
                break;
            }

            // The first of a node blocks those behind it, whether it is claimed now or waits for a retry.
            if (_claimed.Contains(delivery) || (isOrdered && !blocked.Add(delivery.Event.Entry.NodeId)))
            {
                continue;
            }

            var left = delivery.Wait.Delay - _time.GetElapsedTime(delivery.Wait.Since);
            if (delivery.State == DeliveryState.Scheduled && left > TimeSpan.Zero)
            {
                untilDue = left < untilDue ? left : untilDue;
                continue;
            }

            _claimed.Add(delivery);
            claimed.Add(new InMemoryDelivery
            {
                Stored = delivery,
                Handler = handler.Name,
                Entry = delivery.Event.Entry,
                Attempt = delivery.Attempts + 1,
                IsStale = _data.IsStale(delivery.Event.Entry),
            });
        }

        return claimed;
    }

    private void Record(StoredDelivery stored, ClaimedDelivery delivery, Settlement settlement)
    {
        stored.State = settlement.Outcome.ToState();
        stored.Attempts = delivery.AttemptsAfter(settlement);
        stored.At = settlement.At;
        stored.Error = settlement.Error is { } error ? OneLine.Of(error, MaxErrorLength) : null;
        stored.ErrorCode = settlement.ErrorCode;
        stored.DueAt = null;
        if (settlement.Outcome == DeliveryOutcome.Retry)
        {
            // A duration that a clock measures which nobody can set: a wall clock that is set makes nothing wait longer.
            stored.Wait = (_time.GetTimestamp(), settlement.Delay);
            stored.DueAt = _time.GetUtcNow() + settlement.Delay;
        }
        else
        {
            stored.Handler.Waiting.Remove(stored);
        }

        if (settlement.IsFailure)
        {
            stored.Failures.Add(new FailedAttempt(
                delivery.Handler, delivery.Attempt, settlement.At, settlement.Duration, settlement.ErrorCode, stored.Error));
        }

        Count(delivery.Handler, settlement);
    }

    private void Count(string handler, Settlement settlement)
    {
        if (!settlement.IsFailure && settlement.Outcome != DeliveryOutcome.Succeeded)
        {
            return;
        }

        var from = settlement.At.AddTicks(-(settlement.At.UtcTicks % HandlerRate.Interval.Ticks));
        var rate = _data.Rates.GetValueOrDefault((handler, from), new HandlerRate(handler, from, 0, 0, 0));
        _data.Rates[(handler, from)] = settlement.IsFailure
            ? rate with { Failed = rate.Failed + 1, DeadLettered = rate.DeadLettered + (settlement.Outcome == DeliveryOutcome.DeadLettered ? 1 : 0) }
            : rate with { Succeeded = rate.Succeeded + 1 };
    }

    /// <summary>Of all handlers, those that take part are meant.</summary>
    private bool IsAsked(StoredHandler handler, DeliveryFilter filter) =>
        filter.Handler is { } name ? handler.Name == name : _takingPart.ContainsKey(handler);

    private Task<int> CountReplayable(DeliveryFilter filter, CancellationToken cancellationToken) => DeadLetters.CountAsync(filter, cancellationToken);
}

using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// An inbox that is opened once and closed once: what a store derives from. The store itself is the <see cref="IOpenInbox"/> that it
/// opens; what is here refuses events before and after, hands each call on, ends each claim once, and tells who looks on.
/// </summary>
/// <remarks>
/// Open it with <see cref="OpenAsync"/> first. Until then, and after it is closed, events are refused. An application selects it with
/// <c>UseInbox</c>, which opens and closes it, applies retention and measures it.
/// </remarks>
public abstract class HostedInbox : IInbox, IInboxAdministration, IPublicKeyStore, ICookieKeyStore, IConditionStore, IActionStore, IInboxFeed, IAsyncDisposable
{
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InboxFeed _feed = new();
    private IOpenInbox? _open;
    private bool _isClosed;

    /// <summary>Creates the inbox; nothing is opened yet.</summary>
    protected HostedInbox()
    {
    }

    event Action<InboxHint>? IInboxFeed.Committed
    {
        add => _feed.Committed += value;
        remove => _feed.Committed -= value;
    }

    /// <inheritdoc/>
    public InboxHealth Health => _open?.Health ?? new InboxHealth(false, NotOpen);

    /// <summary>
    /// How long the start of an application waits for the store. Then it goes on, and until the store is open it refuses what comes.
    /// </summary>
    /// <value>For ever: what cannot be opened ends the start.</value>
    protected internal virtual TimeSpan StartPatience => Timeout.InfiniteTimeSpan;

    private string NotOpen => _isClosed ? "the inbox is closed" : "the inbox is not open yet";

    private IOpenInbox Open => _open ?? throw new InvalidOperationException($"This needs an open inbox, and {NotOpen}.");

    /// <summary>Opens the store, and makes what is missing of it.</summary>
    /// <exception cref="InboxOpenException">The store cannot be used as it is; it was left untouched.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => OpenOnceAsync(isHosted: false, cancellationToken);

    /// <summary>The same, for an application, which may wait for what is starting.</summary>
    internal Task OpenHostedAsync(CancellationToken cancellationToken) => OpenOnceAsync(isHosted: true, cancellationToken);

    /// <summary>Refuses what comes, writes what waits, and closes the store.</summary>
    public async Task CloseAsync()
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            if (Interlocked.Exchange(ref _open, null) is { } open)
            {
                await open.CloseAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Source == EventSource.Webhook == (key is null))
        {
            throw new ArgumentException("A webhook is stored with the key that verified it, any other event without one.", nameof(key));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _open is { } open
            ? _feed.Told is { } committed ? AppendAndTellAsync(open, entry, key, committed, cancellationToken) : open.AppendAsync(entry, key, cancellationToken)
            : new ValueTask<AppendResult>(new AppendResult(AppendOutcome.Unavailable, NotOpen));
    }

    /// <inheritdoc/>
    public async Task RegisterHandlersAsync(
        IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        if (StartPatience != Timeout.InfiniteTimeSpan)
        {
            await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await Open.RegisterAsync(handlers, ordering, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken) =>
        Open.ClaimAsync(handler, max, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken) =>
        await SettleAsync(delivery, settlement, takesNext: false, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Delivery?> SettleAndClaimAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken) =>
        SettleAsync(delivery, settlement, takesNext: true, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> PausedHandlers => _open?.Handlers.Paused ?? [];

    /// <inheritdoc/>
    public Task<string> IdentifyAsync(CancellationToken cancellationToken) => Open.Queries.IdentifyAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> EstimateCountAsync(CancellationToken cancellationToken) => Open.Queries.EstimateCountAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<InboxEntry?> FindAsync(WebhookEventId id, CancellationToken cancellationToken) => Open.Queries.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        Open.Queries.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookEventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) =>
        Open.Queries.FindByEndAsync(digits, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<InboxPage<InboxEntry>> PageAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken) =>
        Open.Queries.PageAsync(filter, cursor, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, CancellationToken cancellationToken) =>
        Open.Queries.ReadAllAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        Open.Queries.ListFailedAttemptsAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<InboxPage<DeliveryRecord>> PageDeliveriesAsync(
        DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken) =>
        Open.Queries.PageDeliveriesAsync(filter, limit, cursor, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(CancellationToken cancellationToken) =>
        Open.Queries.ListFailuresAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) => Open.DeadLetters.CountAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HandlerRecord>> ListHandlersAsync(CancellationToken cancellationToken) =>
        Open.Queries.ListHandlersAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HandlerRate>> ListRatesAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        Open.Queries.ListRatesAsync(from, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken) =>
        Open.Queries.ListKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditRecord>> ListAuditAsync(int limit, CancellationToken cancellationToken) =>
        Open.Queries.ListAuditAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        Open.Queries.ListDeliveriesAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        Open.Queries.ListDeadLettersAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken) =>
        Open.Queries.ListBacklogAsync(handler, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) =>
        Open.Queries.ListNodeStatesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) =>
        Open.Queries.ListConditionsAsync(closed, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var count = await Open.DeadLetters.ReplayAsync(filter, cancellationToken).ConfigureAwait(false);
        TellIf(count > 0, new InboxHint.Replayed(filter, count));
        return count;
    }

    /// <inheritdoc/>
    public async Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var count = await Open.DeadLetters.DiscardAsync(filter, cancellationToken).ConfigureAwait(false);
        TellIf(count > 0, new InboxHint.Discarded(filter, count));
        return count;
    }

    /// <inheritdoc/>
    public async Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken)
    {
        var isChange = await Open.Handlers.PauseAsync(handler, by, cancellationToken).ConfigureAwait(false);
        TellIf(isChange, new InboxHint.Paused(handler, by));
        return isChange;
    }

    /// <inheritdoc/>
    public async Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken)
    {
        var isChange = await Open.Handlers.ResumeAsync(handler, cancellationToken).ConfigureAwait(false);
        TellIf(isChange, new InboxHint.Paused(handler, By: null));
        return isChange;
    }

    /// <inheritdoc/>
    public Task RecordAsync(AuditRecord record, CancellationToken cancellationToken) => Open.Handlers.RecordAsync(record, cancellationToken);

    /// <inheritdoc/>
    public Task<int> ApplyRetentionAsync(DateTimeOffset cutoff, CancellationToken cancellationToken) => Open.Retention.ApplyAsync(cutoff, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken) =>
        Open.Keys.LoadAsync(source, cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken) =>
        Open.Keys.SaveAsync(source, keys, cancellationToken);

    Task<IReadOnlyList<StoredCookieKey>> ICookieKeyStore.LoadAsync(CancellationToken cancellationToken) => Open.CookieKeys.LoadAsync(cancellationToken);

    async Task ICookieKeyStore.SaveAsync(StoredCookieKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        key.ThrowIfUnfit();
        await Open.CookieKeys.SaveAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken) =>
        _feed.Told is { } committed
            ? ChangeAndTellAsync(condition, change, at, duty, committed, cancellationToken)
            : Open.Conditions.ChangeAsync(condition, change, at, duty, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken) =>
        Open.Conditions.HoldAsync(duty, lease, cancellationToken);

    /// <inheritdoc cref="IOpenInbox.MeasureAsync"/>
    public Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken) => Open.MeasureAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken) =>
        Open.Actions.BeginAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken) =>
        Open.Actions.EndAsync(nodeId, handler, triggerId, outcome, cancellationToken);

    /// <inheritdoc cref="CloseAsync()"/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store, and makes what is missing of it. Called once; after a failure, perhaps again.</summary>
    /// <param name="isHosted">
    /// Whether an application opens it, which lets it take as long as it likes where waiting can help: a database that is starting. A
    /// tool or a test wants an answer.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InboxOpenException">The store cannot be used as it is; it was left untouched.</exception>
    protected abstract Task<IOpenInbox> OpenStoreAsync(bool isHosted, CancellationToken cancellationToken);

    private async Task OpenOnceAsync(bool isHosted, CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_open is null)
            {
                _open = await OpenStoreAsync(isHosted, cancellationToken).ConfigureAwait(false);
                if (_open.Hints is { } exchange)
                {
                    _feed.Join(exchange);
                }
            }

            _opened.TrySetResult();
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    private ValueTask<Delivery?> SettleAsync(Delivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken)
    {
        if (delivery is not ClaimedDelivery claimed)
        {
            throw new ArgumentException("The delivery was not claimed from this inbox.", nameof(delivery));
        }

        // Closed: it is handed out again, here or elsewhere. Settled before: the first result stands.
        return _open is { } open && claimed.TrySettle()
            ? _feed.Told is { } committed
                ? SettleAndTellAsync(open, claimed, settlement, takesNext, committed, cancellationToken)
                : open.SettleAsync(claimed, settlement, takesNext, cancellationToken)
            : new ValueTask<Delivery?>((Delivery?)null);
    }

    private static async ValueTask<AppendResult> AppendAndTellAsync(
        IOpenInbox open, InboxEntry entry, WebhookPublicKey? key, Action<InboxHint> committed, CancellationToken cancellationToken)
    {
        var result = await open.AppendAsync(entry, key, cancellationToken).ConfigureAwait(false);
        if (result.Outcome == AppendOutcome.Stored)
        {
            committed(new InboxHint.Stored(entry));
        }

        return result;
    }

    private static async ValueTask<Delivery?> SettleAndTellAsync(
        IOpenInbox open, ClaimedDelivery delivery, Settlement settlement, bool takesNext, Action<InboxHint> committed, CancellationToken cancellationToken)
    {
        var next = await open.SettleAsync(delivery, settlement, takesNext, cancellationToken).ConfigureAwait(false);
        if (settlement.Outcome != DeliveryOutcome.Released)
        {
            committed(new InboxHint.Settled(new DeliveryRecord(
                delivery.Entry.Id, delivery.Handler, settlement.Outcome.ToState(), delivery.Attempt, settlement.At, DueAt: null, settlement.Error)
            {
                NodeId = delivery.Entry.NodeId,
                ErrorCode = settlement.ErrorCode,
            }));
        }

        return next;
    }

    private async Task<bool> ChangeAndTellAsync(
        Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, Action<InboxHint> committed, CancellationToken cancellationToken)
    {
        var isChanged = await Open.Conditions.ChangeAsync(condition, change, at, duty, cancellationToken).ConfigureAwait(false);
        if (isChanged)
        {
            committed(new InboxHint.Changed(condition, change, at));
        }

        return isChanged;
    }

    private void TellIf(bool isChange, InboxHint hint)
    {
        if (isChange)
        {
            _feed.Told?.Invoke(hint);
        }
    }
}

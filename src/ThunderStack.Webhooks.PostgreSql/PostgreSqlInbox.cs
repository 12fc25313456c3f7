using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Writing;
using ThunderStack.Webhooks.Stores;
using EventId = ThunderStack.Webhooks.Events.EventId;

namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>
/// The shared inbox: one PostgreSQL schema, any number of receivers. Every event is committed and flushed before its append
/// says so, concurrent appends share a commit, and each delivery is made by one receiver at a time.
/// </summary>
/// <remarks>Open it with <see cref="OpenAsync(CancellationToken)"/> first.</remarks>
public sealed class PostgreSqlInbox : IInbox, IHostedInbox, IPublicKeyStore, IAsyncDisposable
{
    private readonly InboxOptions _options;
    private readonly PostgreSqlInboxOptions _postgreSqlOptions;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgreSqlInbox> _logger;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OpenInbox? _open;
    private bool _isClosed;

    /// <summary>Creates the inbox; nothing is opened yet.</summary>
    public PostgreSqlInbox(
        IOptions<InboxOptions> options,
        IOptions<PostgreSqlInboxOptions> postgreSqlOptions,
        IOptions<DispatchOptions> dispatchOptions,
        TimeProvider time,
        ILogger<PostgreSqlInbox> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(postgreSqlOptions);
        ArgumentNullException.ThrowIfNull(dispatchOptions);
        _options = options.Value;
        _postgreSqlOptions = postgreSqlOptions.Value;
        _time = time;
        _logger = logger;
        Limits = InboxLimits.For(dispatchOptions.Value.HandlerTimeout);
    }

    /// <inheritdoc/>
    public InboxHealth Health => _open?.Health ?? new InboxHealth(false, NotOpen);

    internal InboxLimits Limits { get; init; }

    private string NotOpen => _isClosed ? "the inbox is closed" : "the inbox is not open yet";

    private OpenInbox Open => _open ?? throw new InvalidOperationException($"This needs an open inbox, and {NotOpen}.");

    /// <summary>Connects, and creates or upgrades the tables when needed. Waits half a minute for a database that is starting.</summary>
    /// <exception cref="InboxOpenException">The database cannot be used as it is; it was left untouched.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => OpenAsync(Limits.Patience, cancellationToken);

    /// <summary>Within an application the database may stay away for as long as it likes.</summary>
    Task IHostedInbox.OpenAsync(CancellationToken cancellationToken) => OpenAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    TimeSpan IHostedInbox.StartPatience => Limits.ConnectTimeout;

    /// <summary>Refuses what comes, writes what waits, and lets other replicas take over.</summary>
    public Task CloseAsync() => CloseAsync(open => open.CloseAsync());

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        PendingAppend.ThrowIfUnfit(entry, key);
        cancellationToken.ThrowIfCancellationRequested();
        if (_open is not { } open)
        {
            return new ValueTask<AppendResult>(new AppendResult(AppendOutcome.Unavailable, NotOpen));
        }

        var operation = AppendOperation.Rent(entry, key, cancellationToken);
        var result = operation.Result;
        if (open.Appends.TryEnqueue(operation) is { } refusal)
        {
            operation.Complete(new AppendResult(AppendOutcome.Unavailable, refusal));
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task RegisterHandlersAsync(
        IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await Open.Registration.RegisterAsync(handlers, ordering, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken) =>
        Open.Board.Find(handler) is { } lanes
            ? Open.Claims.ClaimAsync(lanes, max, cancellationToken)
            : throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");

    /// <inheritdoc/>
    public async ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken) =>
        await SettleAsync(delivery, settlement, takesNext: false, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Delivery?> SettleAndClaimAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken) =>
        new(SettleAsync(delivery, settlement, takesNext: true, cancellationToken));

    /// <inheritdoc/>
    public Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken) => Open.Queries.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        Open.Queries.ListAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken) =>
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
    public Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        Open.DeadLetters.ReplayAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        Open.DeadLetters.DiscardAsync(filter, cancellationToken);

    /// <inheritdoc/>
    public Task<int> ApplyRetentionAsync(DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        Open.Retention.ApplyAsync(cutoff, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken) =>
        Open.Keys.LoadAsync(source, cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken) =>
        Open.Keys.SaveAsync(source, keys, cancellationToken);

    /// <inheritdoc cref="CloseAsync()"/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>Leaves everything as a killed process would: for tests.</summary>
    internal Task AbandonAsync() => CloseAsync(open => open.AbandonAsync());

    private async Task OpenAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _open ??= await OpenInbox.OpenAsync(_options, _postgreSqlOptions, Limits with { Patience = patience }, _time, _logger, cancellationToken)
                .ConfigureAwait(false);
            _opened.TrySetResult();
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    private Task<Delivery?> SettleAsync(Delivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken)
    {
        if (delivery is not PostgreSqlDelivery claimed)
        {
            throw new ArgumentException("The delivery was not claimed from this inbox.", nameof(delivery));
        }

        // Closed: it is handed out again, here or elsewhere. Settled before: the first result stands.
        return _open is { } open && claimed.TrySettle()
            ? open.Settlements.AddAsync(claimed, settlement, takesNext).WaitAsync(cancellationToken)
            : Task.FromResult<Delivery?>(null);
    }

    private async Task CloseAsync(Func<OpenInbox, Task> close)
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            if (Interlocked.Exchange(ref _open, null) is { } open)
            {
                await close(open).ConfigureAwait(false);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }
}

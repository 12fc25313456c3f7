using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;
using EventId = ThunderStack.Webhooks.Events.EventId;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>
/// The embedded inbox: one SQLite file with one owning process. Every event is fsynced before its append says so, and
/// concurrent appends share a commit.
/// </summary>
/// <remarks>Open it with <see cref="OpenAsync"/> first. Another process may read the file meanwhile.</remarks>
public sealed partial class SqliteInbox : IInbox, IHostedInbox, IPublicKeyStore, IAsyncDisposable
{
    private readonly InboxOptions _options;
    private readonly SqliteInboxOptions _sqliteOptions;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteInbox> _logger;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private OpenInbox? _open;
    private bool _isClosed;

    /// <summary>Creates the inbox; nothing is opened yet.</summary>
    public SqliteInbox(
        IOptions<InboxOptions> options, IOptions<SqliteInboxOptions> sqliteOptions, TimeProvider time, ILogger<SqliteInbox> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sqliteOptions);
        _options = options.Value;
        _sqliteOptions = sqliteOptions.Value;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public InboxHealth Health => _open?.Health ?? new InboxHealth(false, NotOpen);

    internal InboxLimits Limits { get; init; } = new();

    private string NotOpen => _isClosed ? "the inbox is closed" : "the inbox is not open yet";

    private OpenInbox Open => _open ?? throw new InvalidOperationException($"This needs an open inbox, and {NotOpen}.");

    /// <summary>Opens the file, creating it and its directory when they are missing.</summary>
    /// <exception cref="InboxOpenException">The file cannot be used as it is; it was left untouched.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _open ??= OpenInbox.Open(_options, _sqliteOptions, Limits, _time, _logger);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Refuses what comes, writes what waits, and closes the file.</summary>
    public async Task CloseAsync()
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            var open = Interlocked.Exchange(ref _open, null);
            if (open is not null)
            {
                await open.DisposeAsync().ConfigureAwait(false);
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
        PendingAppend.ThrowIfUnfit(entry, key);
        cancellationToken.ThrowIfCancellationRequested();
        if (_open is not { } open)
        {
            return new ValueTask<AppendResult>(new AppendResult(AppendOutcome.Unavailable, NotOpen));
        }

        var operation = AppendOperation.Rent(entry, key, cancellationToken);
        var result = operation.Result;
        if (open.Writes.TryEnqueue(operation) is { } refusal)
        {
            operation.Fail(new WriteFailure(refusal));
        }

        return result;
    }

    /// <inheritdoc/>
    public Task RegisterHandlersAsync(
        IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken) =>
        Open.Registration.RegisterAsync(handlers, ordering).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken) =>
        Open.Board.ClaimAsync(handler, max, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        if (delivery is not SqliteDelivery claimed)
        {
            throw new ArgumentException("The delivery was not claimed from this inbox.", nameof(delivery));
        }

        if (_open is not { } open || !claimed.TrySettle())
        {
            // Closed: it is handed out again after the restart. Settled before: the first result stands.
            return ValueTask.CompletedTask;
        }

        return open.Settle(claimed, settlement, cancellationToken);
    }

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

    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}

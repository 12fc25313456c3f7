using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// Keeps the ring's key fresh in the background, and the last good keys in the store. Its start waits for the store, never
/// for the cloud.
/// </summary>
internal sealed partial class PublicKeyRefresher : BackgroundService
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(54); // a minute with the jitter
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    // Holds at most one signal: what is saved is what the ring knows by then.
    private readonly Channel<bool> _confirmed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly PublicKeyRing _ring;
    private readonly IPublicKeySource? _source;
    private readonly IPublicKeyStore? _store;
    private readonly PublicKeyOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<PublicKeyRefresher> _logger;
    private volatile bool _unsaved;
    private bool _isLoaded;

    public PublicKeyRefresher(
        PublicKeyRing ring,
        IPublicKeySource? source,
        IPublicKeyStore? store,
        PublicKeyOptions options,
        TimeProvider timeProvider,
        ILogger<PublicKeyRefresher> logger)
    {
        _ring = ring;
        _source = source;
        _store = store;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _ring.Fetched += OnFetched;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_ring.Fetches)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _ring.Fetched -= OnFetched;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_ring.Fetches)
        {
            return;
        }

        try
        {
            await Task.WhenAll(RefreshAsync(stoppingToken), SaveAsync(stoppingToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void OnFetched(PublicKeyFetch fetch, PublicKeyFetchResult result, bool changed)
    {
        if (changed)
        {
            _unsaved = true;
        }

        if (result.Key is not null)
        {
            _confirmed.Writer.TryWrite(true);
        }
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; ;)
        {
            var result = await _ring.FetchAsync(stoppingToken).ConfigureAwait(false);
            failures = result.Key is null ? failures + 1 : 0;
            if (result.Key is null && !_isLoaded)
            {
                // The store was not open when this began; now it may be.
                await LoadAsync(stoppingToken).ConfigureAwait(false);
            }

            var pause = failures == 0 ? _options.RefreshInterval : Backoff.After(failures, FirstPause, LongestPause);
            await Task.Delay(Jitter.Around(pause), _timeProvider, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        try
        {
            using var timeout = new CancellationTokenSource(StoreTimeout, _timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            var source = _source!.Name;
            _ring.Restore(source, await _store.LoadAsync(source, either.Token).WaitAsync(either.Token).ConfigureAwait(false));
            _isLoaded = true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotLoaded(_logger, exception);
        }
    }

    private async Task SaveAsync(CancellationToken stoppingToken)
    {
        if (_store is null)
        {
            return;
        }

        long? saved = null;
        await foreach (var _ in _confirmed.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            if (!_unsaved && saved is { } at && _timeProvider.GetElapsedTime(at) < SaveInterval)
            {
                continue;
            }

            // What is saved is what the ring knows now, however long the store takes.
            var begunAt = _timeProvider.GetTimestamp();
            if (await TrySaveAsync(_store, stoppingToken).ConfigureAwait(false))
            {
                saved = begunAt;
                continue;
            }

            await Task.Delay(SaveInterval, _timeProvider, stoppingToken).ConfigureAwait(false);
            _confirmed.Writer.TryWrite(true);
        }
    }

    private async Task<bool> TrySaveAsync(IPublicKeyStore store, CancellationToken stoppingToken)
    {
        _unsaved = false;
        var snapshot = _ring.Snapshot;
        if (snapshot is not { Current: { } current, Source: { } source })
        {
            return true;
        }

        var now = _timeProvider.GetUtcNow();
        StoredPublicKey[] keys =
        [
            new(current.SubjectPublicKeyInfo, snapshot.ConfirmedAt, null),
            .. snapshot.Retired.Where(old => now < old.ValidUntil)
                .Select(old => new StoredPublicKey(old.Key.SubjectPublicKeyInfo, old.ConfirmedAt, old.RetiredAt)),
        ];
        try
        {
            using var timeout = new CancellationTokenSource(StoreTimeout, _timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
            await store.SaveAsync(source, keys, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _unsaved = true;
            Log.NotSaved(_logger, exception);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1020,
            LogLevel.Warning,
            "The public keys kept from the last run could not be read; until the cloud answers, nothing can be verified")]
        public static partial void NotLoaded(ILogger logger, Exception exception);

        [LoggerMessage(1021, LogLevel.Warning, "The public key could not be kept for the next start; it is tried again in a minute")]
        public static partial void NotSaved(ILogger logger, Exception exception);
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// The public keys that signatures are checked with: pinned ones, the one that the cloud serves, and those it served until
/// lately. Safe for concurrent use; reading takes no lock.
/// </summary>
public sealed partial class PublicKeyRing : IDisposable
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastRetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IPublicKeySource? _source;
    private readonly PublicKeyOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly KeyMetrics? _metrics;
    private readonly ILogger _logger;

    private volatile PublicKeySnapshot _snapshot;
    private volatile string? _failure;
    private volatile PublicKeyFetchRecord? _lastFetch;
    private PublicKeyFetch? _inFlight;
    private long _lastStarted;
    private long _floorOpensAt;

    /// <param name="pinned">Trusted without asking anyone.</param>
    /// <param name="source">Asked for the current key; <see langword="null"/> when only pinned keys are trusted.</param>
    /// <param name="options">Floor, grace and interval.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="metrics">Counts fetches and rotations.</param>
    /// <param name="logger">Says which key is trusted and why one is not.</param>
    internal PublicKeyRing(
        IEnumerable<WebhookPublicKey> pinned,
        IPublicKeySource? source,
        PublicKeyOptions options,
        TimeProvider timeProvider,
        KeyMetrics? metrics = null,
        ILogger<PublicKeyRing>? logger = null)
    {
        _snapshot = new PublicKeySnapshot { Pinned = [.. pinned] };
        _source = source;
        _options = options;
        _timeProvider = timeProvider;
        _metrics = metrics;
        _logger = logger ?? NullLogger<PublicKeyRing>.Instance;
        _floorOpensAt = timeProvider.GetTimestamp();
        metrics?.ObserveAge(AgeOfCurrent);
    }

    /// <summary>
    /// Raised after each fetch, before those who wait for it go on; the last argument says whether the trusted keys have changed.
    /// </summary>
    internal event Action<PublicKeyFetch, PublicKeyFetchResult, bool>? Fetched;

    /// <summary>The keys that signatures are checked with at the moment, the current one first.</summary>
    public IReadOnlyList<WebhookPublicKey> Keys
    {
        get
        {
            var snapshot = _snapshot;
            var now = _timeProvider.GetUtcNow();
            IEnumerable<WebhookPublicKey> current = snapshot.Current is { } key ? [key] : [];
            return [.. current, .. snapshot.Pinned, .. snapshot.Retired.Where(old => now < old.ValidUntil).Select(old => old.Key)];
        }
    }

    /// <summary>Whether the cloud is asked for its key; otherwise only pinned keys are trusted.</summary>
    public bool Fetches => _source is not null;

    /// <summary>The keys of this moment with what is known of each; <see cref="Keys"/> are those that are valid.</summary>
    public PublicKeySnapshot Snapshot => _snapshot;

    /// <summary>What it came to when the cloud was asked last; <see langword="null"/> before that has ended once.</summary>
    public PublicKeyFetchRecord? LastFetch => _lastFetch;

    /// <summary>The number of the fetch that was started last.</summary>
    internal long LastStarted => Volatile.Read(ref _lastStarted);

    /// <summary>A ring of these keys alone: nothing is ever fetched.</summary>
    public static PublicKeyRing Pinned(params IEnumerable<WebhookPublicKey> keys) =>
        new(keys, source: null, new PublicKeyOptions(), TimeProvider.System);

    /// <summary>How well signatures can be told apart at the moment.</summary>
    public PublicKeyHealth GetHealth()
    {
        var snapshot = _snapshot;
        var failure = _failure;
        if (!snapshot.HasKey)
        {
            return new(PublicKeyHealthStatus.Unhealthy, $"No public key: {failure ?? "the cloud has not answered yet."}");
        }

        if (_source is null)
        {
            return new(PublicKeyHealthStatus.Healthy, "The public key is pinned.");
        }

        if (failure is not null)
        {
            return new(PublicKeyHealthStatus.Degraded, $"A known public key serves, but it cannot be confirmed: {failure}");
        }

        if (snapshot.Current is null || snapshot.IsFromStore)
        {
            return new(PublicKeyHealthStatus.Degraded, "A kept or pinned public key serves; the cloud has not answered yet.");
        }

        return _timeProvider.GetUtcNow() - snapshot.ConfirmedAt > _options.RefreshInterval * 2
            ? new(PublicKeyHealthStatus.Degraded, $"The public key serves, but was last confirmed at {snapshot.ConfirmedAt:u}.")
            : new(PublicKeyHealthStatus.Healthy, $"The public key was confirmed at {snapshot.ConfirmedAt:u}.");
    }

    /// <summary>Asks the cloud for its key now, or joins who is asking already. A key that it serves is trusted from then on.</summary>
    /// <param name="cancellationToken">Stops waiting; the question goes on.</param>
    /// <returns>What it came to. That the cloud cannot be reached is an answer, not an exception.</returns>
    /// <exception cref="InvalidOperationException">The cloud is not asked: see <see cref="Fetches"/>.</exception>
    public async Task<PublicKeyFetchRecord> RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (!Fetches)
        {
            throw new InvalidOperationException("Only pinned keys are trusted, so the cloud is not asked; set ThunderStack:PublicKey:AlsoFetch to ask it.");
        }

        var result = await FetchAsync(cancellationToken).ConfigureAwait(false);
        return new PublicKeyFetchRecord(_timeProvider.GetUtcNow(), result.Key, result.Key is null ? result.Reason : null);
    }

    // The clock may have been set since.
    private TimeSpan? AgeOfCurrent() => _snapshot is { Current: not null, ConfirmedAt: var confirmedAt }
        ? TimeSpan.FromTicks(Math.Max(0, (_timeProvider.GetUtcNow() - confirmedAt).Ticks))
        : null;

    /// <inheritdoc/>
    public void Dispose() => _stopping.Cancel(); // not disposed: a fetch may still look at it, and it holds nothing

    /// <summary>The key of <paramref name="snapshot"/> that made this signature.</summary>
    internal WebhookPublicKey? Match(PublicKeySnapshot snapshot, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var key = snapshot.Match(hash, signature);
        return key is not null || snapshot.Retired.IsEmpty ? key : snapshot.MatchRetired(hash, signature, _timeProvider.GetUtcNow());
    }

    /// <summary>
    /// The fetch to wait for when a signature matches no key of <paramref name="seen"/>: the one in flight, or a new one if the
    /// floor allows it. None when the floor forbids it, or when the keys are no longer those of <paramref name="seen"/>.
    /// </summary>
    internal PublicKeyFetch? FetchForMismatch(PublicKeySnapshot seen, SignedHash mismatch)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_snapshot, seen))
            {
                return null;
            }

            if (_inFlight is { } fetch)
            {
                return fetch;
            }

            if (TimeUntilFloorOpens() > TimeSpan.Zero)
            {
                return null;
            }

            _floorOpensAt = _timeProvider.GetTimestamp() + (long)(_options.RefetchFloor.TotalSeconds * _timeProvider.TimestampFrequency);
            return Start(mismatch);
        }
    }

    /// <summary>When a request that could not be decided should be sent again: once a fetch is allowed.</summary>
    internal TimeSpan RetryAfter()
    {
        TimeSpan wait;
        lock (_gate)
        {
            wait = TimeUntilFloorOpens();
        }

        return wait < LeastRetryAfter ? LeastRetryAfter : TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
    }

    /// <summary>Asks the source, or joins who is asking already. Does not count against the floor.</summary>
    internal Task<PublicKeyFetchResult> FetchAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return (_inFlight ?? Start(mismatch: null)).Completion.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Adds keys that were kept from an earlier run.</summary>
    internal void Restore(string source, IReadOnlyList<StoredPublicKey> kept)
    {
        var admitted = new List<RestoredKey>();
        foreach (var key in kept)
        {
            var judged = PublicKeyPolicy.ParseDer(key.SubjectPublicKeyInfo);
            if (judged.IsAdmitted)
            {
                admitted.Add(new RestoredKey(judged.Key, key.ConfirmedAt, key.RetiredAt));
            }
            else
            {
                Log.KeptKeyRefused(_logger, judged.Refusal, judged.Message);
            }
        }

        lock (_gate)
        {
            // A fetch may have been quicker; then what was kept can only add earlier keys.
            if (_snapshot.Source is null || _snapshot.Source == source)
            {
                _snapshot = _snapshot.Restore(source, admitted, _timeProvider.GetUtcNow(), _options.PreviousKeyGrace);
            }
        }

        if (_snapshot is { IsFromStore: true, Current: { } current } snapshot)
        {
            Log.Restored(_logger, current.Fingerprint, snapshot.ConfirmedAt);
        }
    }

    private TimeSpan TimeUntilFloorOpens() => _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), _floorOpensAt);

    private PublicKeyFetch Start(SignedHash? mismatch)
    {
        var fetch = new PublicKeyFetch(_lastStarted + 1, mismatch);
        _inFlight = fetch;
        Volatile.Write(ref _lastStarted, fetch.Sequence);

        // Detached: neither the cancellation nor the trace and log scopes of the request that happened to cause it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(fetch));
        }

        return fetch;
    }

    private async Task RunAsync(PublicKeyFetch fetch)
    {
        PublicKeyFetchResult result;
        try
        {
            result = await AskAsync(_source!).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.SourceThrew(_logger, exception);
            result = Failed($"the key source threw {exception.GetType().Name}.");
        }

        var previous = Settle(fetch, result);
        if (!_stopping.IsCancellationRequested)
        {
            Report(fetch, result, previous);
        }

        Fetched?.Invoke(fetch, result, result.Key is { } key && previous?.Fingerprint != key.Fingerprint);
        fetch.Complete(result);
    }

    private async Task<PublicKeyFetchResult> AskAsync(IPublicKeySource source)
    {
        using var timeout = new CancellationTokenSource(FetchTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        try
        {
            // The second wait is for a source that ignores its token.
            var name = source.Name;
            var text = await source.FetchAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            var judged = PublicKeyPolicy.Parse(text);
            return judged.IsAdmitted
                ? new(PublicKeyFetchOutcome.Succeeded, judged.Key, name)
                : new(PublicKeyFetchOutcome.Refused, null, name, $"the served key was refused ({judged.Refusal}). {judged.Message}");
        }
        catch (ThunderStackCloudException exception)
        {
            return Failed(exception.Message);
        }
        catch (OptionsValidationException exception)
        {
            // Settings that were changed while running, to something that is not valid.
            return Failed(string.Join(" ", exception.Failures));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Failed(_stopping.IsCancellationRequested
                ? "shutting down."
                : $"no complete answer within {FetchTimeout.TotalSeconds:0} s; "
                    + "is the cloud reachable from here (network, proxy, firewall)?");
        }
    }

    /// <returns>The key that was current before.</returns>
    private WebhookPublicKey? Settle(PublicKeyFetch fetch, PublicKeyFetchResult result)
    {
        // A fetch that has proved the request that caused it was no forger's doing: the next rotation is found at once as well.
        var proved = fetch.Mismatch is { } mismatch && result.Key?.Verify(mismatch.Hash, mismatch.Signature) == true;
        lock (_gate)
        {
            var previous = _snapshot.Current;
            if (result.Key is { } key)
            {
                _snapshot = _snapshot.Confirm(key, result.Source, _timeProvider.GetUtcNow(), _options.PreviousKeyGrace);
            }

            if (proved)
            {
                _floorOpensAt = _timeProvider.GetTimestamp();
            }

            _inFlight = null;
            return previous;
        }
    }

    private void Report(PublicKeyFetch fetch, PublicKeyFetchResult result, WebhookPublicKey? previous)
    {
        _metrics?.Fetched(result.Outcome, fetch.Mismatch is not null);
        var failure = _failure;
        _failure = result.Key is null ? result.Reason : null;
        _lastFetch = new PublicKeyFetchRecord(_timeProvider.GetUtcNow(), result.Key, _failure);
        if (result.Key is not { } key)
        {
            // Once per reason, or an outage would fill the log.
            Log.FetchFailed(_logger, failure == result.Reason ? LogLevel.Debug : LogLevel.Warning, result.Reason);
        }
        else if (previous is null)
        {
            Log.FirstKey(_logger, key.Fingerprint, key.SizeInBits);
        }
        else if (previous.Fingerprint != key.Fingerprint)
        {
            _metrics?.Rotated();
            Log.Rotated(_logger, previous.Fingerprint, key.Fingerprint, _options.PreviousKeyGrace);
        }
        else if (failure is not null)
        {
            Log.ConfirmedAgain(_logger, key.Fingerprint);
        }
    }

    private static PublicKeyFetchResult Failed(string reason) => new(PublicKeyFetchOutcome.Failed, null, "", reason);

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "The cloud's public key is {Fingerprint} ({Bits} bits)")]
        public static partial void FirstKey(ILogger logger, KeyFingerprint fingerprint, int bits);

        [LoggerMessage(
            1002,
            LogLevel.Information,
            "The cloud's public key has changed from {Previous} to {Current}; the previous one is accepted for another {Grace}")]
        public static partial void Rotated(ILogger logger, KeyFingerprint previous, KeyFingerprint current, TimeSpan grace);

        [LoggerMessage(1003, LogLevel.Information, "The cloud has confirmed the public key {Fingerprint} again")]
        public static partial void ConfirmedAgain(ILogger logger, KeyFingerprint fingerprint);

        [LoggerMessage(EventId = 1004, Message = "The public key could not be fetched: {Reason}")]
        public static partial void FetchFailed(ILogger logger, LogLevel level, string reason);

        [LoggerMessage(1005, LogLevel.Warning, "The key source failed in a way that it should not")]
        public static partial void SourceThrew(ILogger logger, Exception exception);

        [LoggerMessage(
            1006,
            LogLevel.Information,
            "Verifying with the kept public key {Fingerprint}, last confirmed at {ConfirmedAt:u}, until the cloud answers")]
        public static partial void Restored(ILogger logger, KeyFingerprint fingerprint, DateTimeOffset confirmedAt);

        [LoggerMessage(1007, LogLevel.Warning, "A kept public key is not used ({Refusal}): {Message}")]
        public static partial void KeptKeyRefused(ILogger logger, PublicKeyRefusal refusal, string message);
    }
}

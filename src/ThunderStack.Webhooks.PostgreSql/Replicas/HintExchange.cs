using System.Threading.Channels;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.PostgreSql.Administration;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Hints between replicas, by the way that wakes them. A replica in which somebody looks on says so every few seconds; the others then
/// name what they commit, ten times a second at most, and that replica reads it from the tables. Without viewers, nothing is said.
/// </summary>
internal sealed class HintExchange : IHintExchange
{
    private const int MostQueued = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Announcement = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Wait = 3 * Announcement;

    private readonly WakeUps _wakeUps;
    private readonly InboxQueries _queries;
    private readonly Channel<InboxHint> _outgoing = Queue<InboxHint>();
    private readonly Channel<string> _incoming = Queue<string>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _announcing = new(0);
    private Task _loops = Task.CompletedTask;
    private volatile bool _isLookedOn;
    private bool _isWanted;
    private long _wantedUntil;
    private int _isLost;

    public HintExchange(WakeUps wakeUps, InboxQueries queries)
    {
        (_wakeUps, _queries) = (wakeUps, queries);
        wakeUps.HintsWanted = Want;
        wakeUps.HintsHeard = text => TryWrite(_incoming, text);
    }

    public event Action<InboxHint>? Heard;

    public event Action<bool>? Wanted;

    public void Start() => _loops = Task.WhenAll(Task.Run(AnnounceAsync), Task.Run(SendAsync), Task.Run(HearAsync));

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void LookOn(bool isSomebody)
    {
        if (isSomebody && !_isLookedOn)
        {
            _isLookedOn = true;
            _announcing.Release();
        }

        _isLookedOn = isSomebody;
    }

    public void Send(InboxHint hint)
    {
        if (MachineClock.Milliseconds > Interlocked.Read(ref _wantedUntil))
        {
            SetWanted(false);
            return;
        }

        TryWrite(_outgoing, hint);
    }

    private static Channel<T> Queue<T>() => Channel.CreateBounded<T>(new BoundedChannelOptions(MostQueued) { SingleReader = true });

    private void TryWrite<T>(Channel<T> channel, T item)
    {
        if (!channel.Writer.TryWrite(item))
        {
            Volatile.Write(ref _isLost, 1);
        }
    }

    private void Want()
    {
        Interlocked.Exchange(ref _wantedUntil, MachineClock.Milliseconds + (long)Wait.TotalMilliseconds);
        SetWanted(true);
    }

    private void SetWanted(bool isWanted)
    {
        lock (_gate)
        {
            if (_isWanted == isWanted)
            {
                return;
            }

            _isWanted = isWanted;
        }

        Wanted?.Invoke(isWanted);
    }

    private async Task AnnounceAsync()
    {
        while (true)
        {
            await _announcing.WaitAsync(_isLookedOn ? Announcement : Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(false);
            if (_isLookedOn && _wakeUps.IsListening)
            {
                await SendAsync(WakeUps.HintsPlease).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync()
    {
        while (await _outgoing.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
        {
            var hints = new List<InboxHint>();
            while (hints.Count < MostQueued && _outgoing.Reader.TryRead(out var hint))
            {
                hints.Add(hint);
            }

            foreach (var text in HintText.Write(TakeLost() ? [new InboxHint.Lost()] : hints))
            {
                await SendAsync(WakeUps.Hints + text).ConfigureAwait(false);
            }

            await Task.Delay(Pause, TimeProvider.System, _stopping.Token).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(string text)
    {
        try
        {
            await _wakeUps.SayAsync(text, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            // Nobody depends on it, and how the database is, the appends say.
        }
    }

    private async Task HearAsync()
    {
        while (await _incoming.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
        {
            var texts = new List<string>();
            while (texts.Count < MostQueued && _incoming.Reader.TryRead(out var text))
            {
                texts.Add(text);
            }

            try
            {
                foreach (var hint in TakeLost() ? [new InboxHint.Lost()] : await ReadAsync(HintText.Read(texts)).ConfigureAwait(false))
                {
                    Heard?.Invoke(hint);
                }
            }
            catch (Exception) when (!_stopping.IsCancellationRequested)
            {
                Heard?.Invoke(new InboxHint.Lost());
            }
        }
    }

    private bool TakeLost() => Interlocked.Exchange(ref _isLost, 0) == 1;

    /// <summary>Looks up what was named, all of it at once, in the order in which it was named.</summary>
    private async Task<IReadOnlyList<InboxHint>> ReadAsync(IReadOnlyList<HintText> named)
    {
        if (named.Count == 0 || !_isLookedOn)
        {
            return [];
        }

        if (named.Count > MostQueued || named.Any(hint => hint is HintText.OfLost))
        {
            return [new InboxHint.Lost()];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(Announcement);
        var events = (await _queries.FindAsync([.. named.OfType<HintText.OfEvent>().Select(hint => hint.Id)], limit.Token).ConfigureAwait(false))
            .ToDictionary(entry => entry.Id);
        var deliveries = (await _queries.ListDeliveriesAsync([.. named.OfType<HintText.OfDelivery>().Select(hint => hint.Id)], limit.Token).ConfigureAwait(false))
            .ToDictionary(record => (record.EventId, record.Handler));
        IReadOnlyList<Condition> conditions = named.Any(hint => hint is HintText.OfCondition)
            ? [.. await _queries.ListConditionsAsync(closed: false, limit.Token).ConfigureAwait(false), .. await _queries.ListConditionsAsync(closed: true, limit.Token).ConfigureAwait(false)]
            : [];
        return [.. named.Select(hint => Find(hint, events, deliveries, conditions)).OfType<InboxHint>()];
    }

    private static InboxHint? Find(
        HintText hint, Dictionary<WebhookEventId, InboxEntry> events, Dictionary<(WebhookEventId, string), DeliveryRecord> deliveries, IReadOnlyList<Condition> conditions) => hint switch
        {
            HintText.OfEvent stored => events.TryGetValue(stored.Id, out var entry) ? new InboxHint.Stored(entry) : null,
            HintText.OfDelivery settled => deliveries.TryGetValue((settled.Id, settled.Handler), out var record) ? new InboxHint.Settled(record) : null,
            HintText.OfCondition changed => conditions.FirstOrDefault(condition => condition.Kind.Value == changed.Kind && condition.Subject == changed.Subject) is { } condition
                ? new InboxHint.Changed(condition, changed.Change, changed.At)
                : null,
            HintText.Whole whole => whole.Hint,
            _ => null,
        };
}

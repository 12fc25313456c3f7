namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>
/// What one handler still has to do, in memory: one process owns the file, so a claim there needs no write. Safe for
/// concurrent use.
/// </summary>
internal sealed class HandlerQueue : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, NodeSlot> _claims = [];
    private readonly SettledWindow _settled = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private Pause? _pause = new([]);
    private DeliverySchedule? _schedule;
    private TaskCompletionSource? _wake;
    private long _armedFor = long.MaxValue;
    private bool _isClosed;

    public HandlerQueue(string name, long id, long settledThrough, TimeProvider time)
    {
        Name = name;
        Id = id;
        SavedThrough = settledThrough;
        _time = time;
        _settled.Reset(settledThrough);
        _timer = time.CreateTimer(static state => ((HandlerQueue)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    public long Id { get; }

    /// <summary>The order it was last registered with; <see langword="null"/> while it takes no part.</summary>
    public DeliveryOrdering? Ordering { get; private set; }

    /// <summary>What the table says of <see cref="SettledThrough"/>. Only the writer touches it.</summary>
    public long SavedThrough { get; set; }

    /// <summary>Every event up to here has a committed row in <c>deliveries</c>.</summary>
    public long SettledThrough
    {
        get
        {
            lock (_gate)
            {
                return _settled.Through;
            }
        }
    }

    /// <summary>Hands out nothing any more. What is claimed may still be settled.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            Ordering = null;
            _schedule = null;
            _pause ??= new Pause([.. _claims.Keys]);
            _pause.IsRecording = false;
            _pause.Arrived.Clear();
        }
    }

    /// <summary>
    /// Takes part from here: what is added from now on is kept until <see cref="Start"/> brings what the table had before.
    /// Belongs on the writer, so that nothing is committed meanwhile.
    /// </summary>
    public void BeginLoading(DeliveryOrdering ordering)
    {
        lock (_gate)
        {
            Ordering = ordering;
            _pause!.IsRecording = true;
        }
    }

    /// <summary>Starts handing out: first what waited in the table up to <paramref name="barrier"/>, then what came since.</summary>
    /// <param name="backlog">What waited, in the order it is to be handed out.</param>
    /// <param name="settledThrough">Where the table's gaps begin.</param>
    /// <param name="barrier">The last event that <paramref name="backlog"/> can know.</param>
    public void Start(Backlog backlog, long settledThrough, long barrier)
    {
        var now = Now();
        lock (_gate)
        {
            if (_pause is not { IsRecording: true } pause)
            {
                return;
            }

            DeliverySchedule schedule = Ordering == DeliveryOrdering.PerNode ? new PerNodeSchedule() : new UnorderedSchedule();
            foreach (var node in _claims.Values)
            {
                schedule.AdoptClaim(node);
            }

            foreach (var (seq, node, retry) in pause.Returned)
            {
                schedule.AdoptClaim(node);
                schedule.Return(seq, node, retry, now);
            }

            // The table cannot tell a claim, or one that ended since, from what waits.
            foreach (var item in backlog.Items.Where(item => !pause.Claimed.Contains(item.Seq)))
            {
                if (item.Retry is { } retry)
                {
                    schedule.Add(item.Seq, item.Node, retry, now);
                }
                else
                {
                    schedule.Add(item.Seq, item.Node, now);
                }
            }

            foreach (var (seq, node) in pause.Arrived)
            {
                schedule.Add(seq, node, now);
            }

            ResetSettled(backlog, settledThrough, barrier, pause);
            _pause = null;
            _schedule = schedule;
            _armedFor = long.MaxValue;
            Announce();
        }
    }

    public void Add(IReadOnlyList<StoredEntry> entries)
    {
        var now = Now();
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                AddOne(entry.Seq, entry.Node, now);
            }

            Announce();
        }
    }

    /// <summary>Adds a delivery that an operator replays.</summary>
    public void Add(long seq, NodeSlot node)
    {
        lock (_gate)
        {
            AddOne(seq, node, Now());
            if (_pause is { IsRecording: false })
            {
                // It was a claim when the pause began; by now the table alone has it.
                _pause.Claimed.Remove(seq);
            }

            Announce();
        }
    }

    /// <summary>Claims up to <paramref name="max"/>. When nothing is ready, <paramref name="wake"/> completes once something is.</summary>
    public List<Claim> Take(int max, out Task wake)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            wake = Task.CompletedTask;
            var claims = new List<Claim>(Math.Min(max, 16));
            while (claims.Count < max && _schedule is { HasReady: true } schedule)
            {
                var seq = schedule.Take(out var node);
                _claims.Add(seq, node);
                claims.Add(new Claim(seq, node, schedule.AttemptsOf(seq) + 1));
            }

            if (claims.Count == 0)
            {
                _wake ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wake = _wake.Task;
            }

            return claims;
        }
    }

    /// <summary>Ends a claim whose delivery is finished.</summary>
    public void Finish(long seq, NodeSlot node)
    {
        lock (_gate)
        {
            _claims.Remove(seq);
            _schedule?.Finish(seq, node, Now());
            Announce();
        }
    }

    /// <summary>Ends a claim whose delivery is to be claimed again, next in line, at once or after a delay.</summary>
    /// <param name="seq">The event's place in the order of receipt.</param>
    /// <param name="node">Its node.</param>
    /// <param name="attempts">How many attempts have ended.</param>
    /// <param name="delay">How long the next one waits.</param>
    /// <param name="since">From when, by <see cref="Now"/>; by default from now.</param>
    public void Return(long seq, NodeSlot node, int attempts, TimeSpan delay = default, long? since = null)
    {
        lock (_gate)
        {
            var now = Now();
            var retry = new Retry(attempts, (since ?? now) + (long)delay.TotalMilliseconds);
            _claims.Remove(seq);
            _schedule?.Return(seq, node, retry, now);
            _pause?.Returned.Add((seq, node, retry));
            Announce();
        }
    }

    /// <summary>A delivery's row was committed.</summary>
    public void MarkSettled(long seq)
    {
        lock (_gate)
        {
            _settled.Mark(seq);
            if (_pause is { IsRecording: true })
            {
                _pause.Settled.Add(seq);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _schedule = null;
            _wake?.TrySetResult();
            _wake = null;
        }

        _timer.Dispose();
    }

    /// <inheritdoc cref="Uptime.Milliseconds"/>
    public long Now() => Uptime.Milliseconds(_time);

    private void AddOne(long seq, NodeSlot node, long now)
    {
        _schedule?.Add(seq, node, now);
        if (_pause is { IsRecording: true })
        {
            _pause.Arrived.Add((seq, node));
        }
    }

    private void ResetSettled(Backlog backlog, long settledThrough, long barrier, Pause pause)
    {
        _settled.Reset(settledThrough);
        var next = settledThrough + 1;
        foreach (var pending in backlog.Items.Where(item => item.Retry is null && item.Seq > settledThrough).OrderBy(item => item.Seq))
        {
            for (; next < pending.Seq; next++)
            {
                _settled.Mark(next);
            }

            next = pending.Seq + 1;
        }

        for (; next <= barrier; next++)
        {
            _settled.Mark(next);
        }

        foreach (var seq in pause.Settled)
        {
            _settled.Mark(seq);
        }
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            _schedule?.Wake(Now());
            Announce();
        }
    }

    private void Announce()
    {
        if (_schedule is null || _isClosed)
        {
            return;
        }

        if (_wake is not null && _schedule.HasReady)
        {
            _wake.TrySetResult();
            _wake = null;
        }

        if (_schedule.NextDue is { } due && due < _armedFor)
        {
            // A timer that fires early only makes it ask again.
            var wait = TimeSpan.FromMilliseconds(Math.Max(1, due - Now()));
            _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
            _armedFor = due;
        }
    }

    /// <summary>What happens while nothing is handed out.</summary>
    private sealed class Pause(HashSet<long> claimed)
    {
        /// <summary>Whether the table is being read: what is committed from here on is not in what was read.</summary>
        public bool IsRecording { get; set; }

        /// <summary>What was claimed when the pause began.</summary>
        public HashSet<long> Claimed => claimed;

        public List<(long Seq, NodeSlot Node, Retry Retry)> Returned { get; } = [];

        public List<(long Seq, NodeSlot Node)> Arrived { get; } = [];

        public List<long> Settled { get; } = [];
    }
}

/// <summary>A delivery taken for one attempt.</summary>
internal readonly record struct Claim(long Seq, NodeSlot Node, int Attempt);

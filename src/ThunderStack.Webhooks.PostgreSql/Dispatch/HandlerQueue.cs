using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// What one handler has to do in this replica: the lanes it holds, and the nodes whose lanes it should try to get. Safe for
/// concurrent use.
/// </summary>
internal sealed class HandlerQueue : IDisposable
{
    // More than a pump has slots, so that it never waits for a claim; not so many that other replicas get none.
    private const int MaxLanes = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly Queue<Lane> _ready = new();
    private readonly Wants _wants = new();
    private readonly Lease _lease;
    private readonly SettleQueue _settlements;
    private readonly DueTimer _due;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isClosed;

    public HandlerQueue(string name, int id, Lease lease, SettleQueue settlements, TimeProvider time)
    {
        Name = name;
        Id = id;
        _lease = lease;
        _settlements = settlements;
        _due = new DueTimer(time, OnDue);
    }

    public string Name { get; }

    public int Id { get; }

    /// <summary>The order it was last registered with; <see langword="null"/> while it takes no part.</summary>
    public DeliveryOrdering? Ordering { get; private set; }

    /// <summary>Takes part, or no longer: then what runs may end, and lanes are given back.</summary>
    public void Register(DeliveryOrdering? ordering)
    {
        lock (_gate)
        {
            Ordering = ordering;
            AdvanceAll();
            _wants.AddAnything();
        }
    }

    /// <summary>Events were committed by this replica.</summary>
    public void Add(IReadOnlyList<StoredEntry> entries)
    {
        lock (_gate)
        {
            if (Ordering is null)
            {
                return;
            }

            foreach (var entry in entries)
            {
                if (!_lanes.TryGetValue(entry.Node.Number, out var lane))
                {
                    _wants.Add(entry.Node.Number);
                }
                else if (lane.AddStored(entry))
                {
                    Advance(lane);
                }
            }
        }
    }

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes)
    {
        lock (_gate)
        {
            if (Ordering is null)
            {
                return;
            }

            _wants.Add(nodes ?? _lanes.Keys.ToArray());
            if (nodes is null)
            {
                _wants.AddAnything();
            }
        }
    }

    /// <summary>Looks for lanes that nobody serves, gives back what has nothing to do, and says again what is ready.</summary>
    public void Poll(TimeSpan idleLimit)
    {
        lock (_gate)
        {
            var idleSince = Environment.TickCount64 - (long)idleLimit.TotalMilliseconds;
            foreach (var lane in _lanes.Values.Where(lane => lane.IsIdle && lane.IdleSince <= idleSince).ToList())
            {
                Release(lane, null);
            }

            AdvanceAll();

            if (Ordering is not null)
            {
                _wants.AddAnything();
                Announce();
            }
        }
    }

    /// <summary>Claims up to <paramref name="max"/>. When nothing is ready, <paramref name="wake"/> completes once something is.</summary>
    public List<Delivery> Take(int max, out Task wake)
    {
        var deliveries = new List<Delivery>();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            wake = Task.CompletedTask;
            if (Ordering is { } ordering && _lease.IsUsable)
            {
                var now = _due.Now;
                while (deliveries.Count < max && _ready.TryDequeue(out var lane))
                {
                    lane.IsQueued = false;
                    if (lane.FindReady(ordering, now) is { } item)
                    {
                        lane.Begin(item);
                        deliveries.Add(PostgreSqlDelivery.Of(this, lane, item));
                        Advance(lane);
                    }
                }
            }

            if (deliveries.Count == 0)
            {
                _wake = _wake.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : _wake;
                wake = _wake.Task;
            }

            return deliveries;
        }
    }

    public Task Settle(PostgreSqlDelivery delivery, Settlement settlement)
    {
        var (lane, item) = (delivery.Lane, delivery.Item);
        lock (_gate)
        {
            if (settlement.Outcome == DeliveryOutcome.Released)
            {
                lane.PutBack(item);
                Advance(lane);
                return Task.CompletedTask;
            }

            if (settlement.Outcome == DeliveryOutcome.Retry)
            {
                lane.Retry(item, Instant.ToMilliseconds(settlement.DueAt ?? settlement.At));
            }
            else
            {
                lane.Finish(item);
            }

            // Handed over before the lane moves on: what the table has of a lane is always a beginning of it.
            var written = _settlements.Add(SettleOperation.Result(delivery, settlement));
            Advance(lane);
            return written;
        }
    }

    /// <summary>Waits until there is something to fetch. False when closed.</summary>
    public async Task<bool> WaitForWorkAsync()
    {
        // Only the one who waits here resets the signal.
        await _wants.Signalled.ConfigureAwait(false);
        return !_isClosed;
    }

    /// <summary>What to claim and what to load now; <see langword="null"/> when there is nothing.</summary>
    public FetchPlan? PlanFetch()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _wants.ResetSignal();
            }

            if (Ordering is not { } ordering || !_lease.IsUsable)
            {
                return null;
            }

            return FetchPlan.For(ordering, _lanes, _wants, MaxLanes - _lanes.Count);
        }
    }

    /// <summary>Lanes were claimed: they are loaded next.</summary>
    public void AddClaimed(IEnumerable<Lane> lanes)
    {
        lock (_gate)
        {
            foreach (var lane in lanes)
            {
                lane.IsLoading = true;
                _lanes.Add(lane.Node.Number, lane);
            }
        }
    }

    /// <inheritdoc cref="Lane.AddLoaded"/>
    public void AddLoaded(Lane lane, List<LaneItem> items, long? through)
    {
        lock (_gate)
        {
            lane.AddLoaded(items, through);
            Advance(lane);
        }
    }

    /// <summary>A fetch failed; everything is looked for again.</summary>
    public void FetchFailed(FetchPlan plan)
    {
        lock (_gate)
        {
            foreach (var lane in _lanes.Values.Where(lane => lane.IsLoading))
            {
                lane.IsLoading = false;
                lane.HasMore = true;
            }

            if (plan.Room > 0)
            {
                _wants.AddAnything();
            }

            _wants.Signal();
        }
    }

    /// <summary>What a lane gave back, or lost, was committed.</summary>
    public void Released(Lane lane)
    {
        lock (_gate)
        {
            Remove(lane);
        }
    }

    /// <summary>Somebody else has the lane.</summary>
    public void Lost(Lane lane)
    {
        lock (_gate)
        {
            lane.IsLost = true;
            Advance(lane);
        }
    }

    /// <summary>This replica has lost everything it held.</summary>
    public void LoseAll()
    {
        lock (_gate)
        {
            foreach (var lane in _lanes.Values)
            {
                lane.IsLost = true;
            }

            AdvanceAll();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _wake.TrySetResult();
            _wants.Signal();
        }

        _due.Dispose();
    }

    private void AdvanceAll()
    {
        foreach (var lane in _lanes.Values.ToList())
        {
            Advance(lane);
        }
    }

    /// <summary>Puts a lane where it belongs after it changed.</summary>
    private void Advance(Lane lane)
    {
        if (lane.IsReleasing || !_lanes.TryGetValue(lane.Node.Number, out var known) || known != lane)
        {
            return;
        }

        if (lane.Running == 0 && (lane.IsLost || Ordering is null))
        {
            if (lane.IsLost)
            {
                Remove(lane);
            }
            else if (!lane.IsLoading)
            {
                Release(lane, null);
            }

            return;
        }

        if (Ordering is not { } ordering)
        {
            return;
        }

        if (lane.FindReady(ordering, _due.Now) is not null)
        {
            if (!lane.IsQueued)
            {
                lane.IsQueued = true;
                _ready.Enqueue(lane);
            }

            Announce();
        }
        else if (lane.Running == 0 && !lane.IsLoading)
        {
            Rest(lane, ordering);
        }

        if (lane.NeedsLoad)
        {
            _wants.Signal();
        }
    }

    private void Rest(Lane lane, DeliveryOrdering ordering)
    {
        if (lane.IsEmpty)
        {
            lane.BeginIdling();
            if (!lane.HasMore && _lanes.Count > MaxLanes / 2)
            {
                Release(lane, null);
            }
        }
        else if ((ordering == DeliveryOrdering.PerNode || !lane.HasMore) && lane.NextDue(ordering) is { } due)
        {
            // A retry may be hours away, and whoever is there then may make it.
            Release(lane, due);
        }
    }

    private void Release(Lane lane, long? due)
    {
        lane.IsReleasing = true;
        _ = _settlements.Add(SettleOperation.Release(this, lane, due, Ordering ?? DeliveryOrdering.None));
        if (due is { } instant && !_isClosed)
        {
            _due.Arm(instant);
        }
    }

    private void Remove(Lane lane)
    {
        if (_lanes.TryGetValue(lane.Node.Number, out var known) && known == lane)
        {
            _lanes.Remove(lane.Node.Number);
            if (_wants.IsAnything || lane.WasTouched || lane.HasMore || lane.IsLost || lane.NextDue(DeliveryOrdering.None) <= _due.Now)
            {
                _wants.Add(lane.Node.Number);
            }
        }
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _due.Advance();
            _wants.AddAnything();
        }
    }

    private void Announce()
    {
        if (_ready.Count > 0 && _lease.IsUsable)
        {
            _wake.TrySetResult();
        }
    }
}

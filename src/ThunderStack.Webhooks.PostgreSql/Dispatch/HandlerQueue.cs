using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// What one handler has to do in this replica: the lanes it holds, and the nodes whose lanes it should try to get. Safe for
/// concurrent use.
/// </summary>
internal sealed class HandlerQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Wants _wants = new();
    private readonly HeldLanes _held;
    private readonly SettleQueue _settlements;
    private readonly DueTimer _due;
    private volatile bool _isClosed;

    public HandlerQueue(string name, int id, Lease lease, SettleQueue settlements, TimeProvider time)
    {
        Name = name;
        Id = id;
        _settlements = settlements;
        _due = new DueTimer(time, OnDue);
        _held = new HeldLanes(lease, _wants, _due, GiveBack);
    }

    public string Name { get; }

    public int Id { get; }

    /// <summary>The order it was last registered with; <see langword="null"/> while it takes no part.</summary>
    public DeliveryOrdering? Ordering => _held.Ordering;

    /// <summary>Takes part, or no longer: then what runs may end, and lanes are given back.</summary>
    public void Register(DeliveryOrdering? ordering)
    {
        lock (_gate)
        {
            _held.SetOrdering(ordering);
            _wants.AddAnything();
        }
    }

    /// <summary>Events were committed by this replica.</summary>
    public void Add(IReadOnlyList<StoredEntry> entries)
    {
        lock (_gate)
        {
            if (_held.Ordering is null)
            {
                return;
            }

            foreach (var entry in entries)
            {
                if (_held.Find(entry.Node.Number) is not { } lane)
                {
                    _wants.Add(entry.Node.Number);
                }
                else if (lane.AddStored(entry, _held.Piece))
                {
                    _held.Advance(lane);
                }
            }
        }
    }

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes)
    {
        lock (_gate)
        {
            if (_held.Ordering is null)
            {
                return;
            }

            _wants.Add(nodes ?? _held.Nodes);
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
            _held.ReleaseIdle(idleLimit);
            _held.AdvanceAll();
            if (_held.Ordering is not null)
            {
                _wants.AddAnything();
                _held.Announce();
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
            while (deliveries.Count < max && _held.TryBegin(out var lane, out var item))
            {
                deliveries.Add(PostgreSqlDelivery.Of(this, lane, item));
            }

            wake = deliveries.Count == 0 ? _held.UntilReady() : Task.CompletedTask;
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
                _held.Advance(lane);
                return Task.CompletedTask;
            }

            if (settlement.Outcome == DeliveryOutcome.Retry)
            {
                lane.Retry(item, Instant.ToMilliseconds(settlement.At + settlement.Delay));
            }
            else
            {
                lane.Finish(item);
            }

            // Handed over before the lane moves on: what the table has of a lane is always a beginning of it.
            var written = _settlements.Add(SettleOperation.Result(delivery, settlement));
            _held.Advance(lane);
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

            return _held.PlanFetch();
        }
    }

    /// <inheritdoc cref="HeldLanes.Add"/>
    public void AddClaimed(IEnumerable<Lane> lanes)
    {
        lock (_gate)
        {
            _held.Add(lanes);
        }
    }

    /// <inheritdoc cref="Lane.AddLoaded"/>
    public void AddLoaded(Lane lane, List<LaneItem> items, long? through)
    {
        lock (_gate)
        {
            lane.AddLoaded(items, through);
            _held.Advance(lane);
        }
    }

    /// <summary>A fetch failed; everything is looked for again.</summary>
    public void FetchFailed(FetchPlan plan)
    {
        lock (_gate)
        {
            _held.FetchFailed();
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
            _held.Remove(lane);
        }
    }

    /// <summary>Somebody else has the lane.</summary>
    public void Lost(Lane lane)
    {
        lock (_gate)
        {
            lane.IsLost = true;
            _held.Advance(lane);
        }
    }

    /// <summary>This replica has lost everything it held.</summary>
    public void LoseAll()
    {
        lock (_gate)
        {
            _held.LoseAll();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _held.EndWaiting();
            _wants.Signal();
        }

        _due.Dispose();
    }

    private void GiveBack(Lane lane, long? due)
    {
        _ = _settlements.Add(SettleOperation.Release(this, lane, due, _held.Ordering ?? DeliveryOrdering.None));
        if (due is { } instant && !_isClosed)
        {
            _due.Arm(instant);
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
}

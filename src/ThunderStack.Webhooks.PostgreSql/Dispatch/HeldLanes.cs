using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Replicas;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// The lanes that this replica holds for one handler, and where each belongs: among the ready ones, at rest, to be read on,
/// or to be given back. Guarded by the lock of its <see cref="HandlerQueue"/>.
/// </summary>
/// <param name="lease">Whether attempts may begin.</param>
/// <param name="wants">Told what has to be looked for in the tables.</param>
/// <param name="due">Tells the time that deliveries wait for.</param>
/// <param name="giveBack">Gives a lane back; with the instant before which nobody needs it, if there is one.</param>
internal sealed class HeldLanes(Lease lease, Wants wants, DueTimer due, Action<Lane, long?> giveBack)
{
    // More than a pump has slots, so that it never waits for a claim; not so many that other replicas get none.
    private const int Capacity = 256;

    // Alone there is nobody to leave lanes to: what rests is kept longer, or most events of many nodes would need a claim.
    private const int CapacityAlone = 1_024;

    // Of all lanes together.
    private const int DeliveriesInMemory = 16_384;

    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly Queue<Lane> _ready = new();
    private TaskCompletionSource _wake = NewWake();

    /// <summary>In which order deliveries are handed out; <see langword="null"/> gives back what is held.</summary>
    public DeliveryOrdering? Ordering { get; private set; }

    public IEnumerable<int> Nodes => _lanes.Keys;

    /// <summary>How many deliveries of each lane are in memory at most; the table has the others.</summary>
    public int Piece => Math.Clamp(DeliveriesInMemory / Math.Max(1, _lanes.Count), 1, Lane.Capacity);

    private int Limit => lease.HasPeers ? Capacity : CapacityAlone;

    public void SetOrdering(DeliveryOrdering? ordering)
    {
        Ordering = ordering;
        AdvanceAll();
    }

    public Lane? Find(int node) => _lanes.GetValueOrDefault(node);

    /// <summary>Lanes were claimed: they are loaded next.</summary>
    public void Add(IEnumerable<Lane> lanes)
    {
        foreach (var lane in lanes)
        {
            lane.IsLoading = true;
            _lanes.Add(lane.Node.Number, lane);
        }
    }

    /// <summary>Begins a delivery that is ready. Its lane takes its place behind the others.</summary>
    public bool TryBegin(out Lane lane, out LaneItem item)
    {
        (lane, item) = (null!, null!);
        if (Ordering is not { } ordering || !lease.IsUsable)
        {
            return false;
        }

        var now = due.Now;
        while (_ready.TryDequeue(out var next))
        {
            next.IsQueued = false;
            if (next.FindReady(ordering, now) is { } ready)
            {
                next.Begin(ready);
                Advance(next);
                (lane, item) = (next, ready);
                return true;
            }
        }

        return false;
    }

    /// <summary>Completes once something is ready.</summary>
    public Task UntilReady()
    {
        _wake = _wake.Task.IsCompleted ? NewWake() : _wake;
        return _wake.Task;
    }

    /// <summary>Nobody has to wait any more.</summary>
    public void EndWaiting() => _wake.TrySetResult();

    /// <inheritdoc cref="FetchPlan.For"/>
    public FetchPlan? PlanFetch()
    {
        if (Ordering is not { } ordering || !lease.IsUsable)
        {
            return null;
        }

        // Others who come should find lanes that have work: of those not more are claimed than this replica can serve.
        var busy = _lanes.Values.Count(lane => !lane.IsIdle);
        return FetchPlan.For(ordering, _lanes, wants, Math.Min(Capacity - busy, Limit - _lanes.Count), Piece);
    }

    /// <summary>What was being read is read again.</summary>
    public void FetchFailed()
    {
        foreach (var lane in _lanes.Values.Where(lane => lane.IsLoading))
        {
            lane.IsLoading = false;
            lane.HasMore = true;
        }
    }

    /// <summary>Gives back what has had nothing to do for this long.</summary>
    public void ReleaseIdle(TimeSpan limit)
    {
        var idleSince = Environment.TickCount64 - (long)limit.TotalMilliseconds;
        foreach (var lane in _lanes.Values.Where(lane => lane.IsIdle && lane.IdleSince <= idleSince).ToList())
        {
            Release(lane, null);
        }
    }

    public void LoseAll()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.IsLost = true;
        }

        AdvanceAll();
    }

    public void AdvanceAll()
    {
        foreach (var lane in _lanes.Values.ToList())
        {
            Advance(lane);
        }
    }

    /// <summary>Puts a lane where it belongs after it changed.</summary>
    public void Advance(Lane lane)
    {
        if (lane.IsReleasing || Find(lane.Node.Number) != lane)
        {
            return;
        }

        if (lane.Running == 0 && (lane.IsLost || Ordering is null))
        {
            LetGo(lane);
            return;
        }

        if (Ordering is not { } ordering)
        {
            return;
        }

        if (lane.FindReady(ordering, due.Now) is not null)
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

        if (lane.NeedsLoad(Piece))
        {
            wants.Signal();
        }
    }

    /// <summary>Says that something is ready, if it is and may begin.</summary>
    public void Announce()
    {
        if (_ready.Count > 0 && lease.IsUsable)
        {
            _wake.TrySetResult();
        }
    }

    /// <summary>A lane is no longer held: what came for it meanwhile is looked for again.</summary>
    public void Remove(Lane lane)
    {
        if (Find(lane.Node.Number) != lane)
        {
            return;
        }

        _lanes.Remove(lane.Node.Number);
        wants.SignalAgain();
        if (wants.IsAnything || lane.WasTouched || lane.HasMore || lane.IsLost || lane.NextDue(DeliveryOrdering.None) <= due.Now)
        {
            wants.Add(lane.Node.Number);
        }
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void LetGo(Lane lane)
    {
        if (lane.IsLost)
        {
            Remove(lane);
        }
        else if (!lane.IsLoading)
        {
            Release(lane, null);
        }
    }

    private void Rest(Lane lane, DeliveryOrdering ordering)
    {
        if (lane.IsEmpty)
        {
            lane.BeginIdling();
            if (!lane.HasMore && _lanes.Count > Limit / 2)
            {
                Release(lane, null);
            }
            else
            {
                wants.SignalAgain();
            }
        }
        else if ((ordering == DeliveryOrdering.PerNode || !lane.HasMore) && lane.NextDue(ordering) is { } instant)
        {
            // A retry may be hours away, and whoever is there then may make it.
            Release(lane, instant);
        }
    }

    private void Release(Lane lane, long? instant)
    {
        lane.IsReleasing = true;
        giveBack(lane, instant);
    }
}

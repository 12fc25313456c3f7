namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// What one handler has in this replica: the lanes that it holds because deliveries run in them, and the nodes to claim lanes of.
/// Safe for concurrent use.
/// </summary>
internal sealed class HandlerLanes(string name)
{
    // A round trip for one node costs the same as for several; more than this, and the claim gets long.
    private const int NamedNodes = 64;

    private readonly Lock _gate = new();
    private readonly Wants _wants = new();
    private readonly Dictionary<int, Lane> _lanes = [];
    private DeliveryOrdering? _ordering;
    private bool _isClosed;

    public string Name => name;

    /// <summary>Has one claim at a time: two would find the same lanes.</summary>
    public SemaphoreSlim Claiming { get; } = new(1, 1);

    /// <summary>The order it was last registered with; <see langword="null"/> while it takes no part.</summary>
    public DeliveryOrdering? Ordering
    {
        get
        {
            lock (_gate)
            {
                return _ordering;
            }
        }
    }

    /// <summary>Takes part, or no longer: then what runs may end.</summary>
    public void Register(DeliveryOrdering? ordering)
    {
        lock (_gate)
        {
            _ordering = ordering;
            _wants.AddAnything();
        }
    }

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes)
    {
        lock (_gate)
        {
            if (nodes is null)
            {
                _wants.AddAnything();
                return;
            }

            foreach (var node in nodes)
            {
                if (_lanes.TryGetValue(node, out var lane))
                {
                    lane.IsTouched = true;
                }

                // A lane that is held goes on by itself; without order it may give more beside what runs.
                if (lane is null || _ordering == DeliveryOrdering.None)
                {
                    _wants.Add(node);
                }
            }
        }
    }

    /// <summary>Waits until there may be something to claim.</summary>
    public Task UntilWantedAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _wants.Signalled;
        }
    }

    /// <summary>What to claim now; <see langword="null"/> when there is nothing.</summary>
    public ClaimRequest? Request(int max)
    {
        lock (_gate)
        {
            if (_isClosed || _ordering is not { } ordering)
            {
                // It takes no part. When it does again, everything is looked for.
                _wants.Clear();
                return null;
            }

            return _wants.Next(max, NamedNodes) is { } wanted
                ? new ClaimRequest(
                    ordering,
                    wanted,
                    ordering == DeliveryOrdering.None ? [.. _lanes.Values.Select(lane => lane.Token).Distinct()] : [],
                    [.. _lanes.Values.SelectMany(lane => lane.Running)])
                : null;
        }
    }

    /// <summary>A claim was answered: what it granted runs from now on.</summary>
    public List<(Lane Lane, GrantedDelivery Delivery)> Granted(ClaimRequest request, IEnumerable<LaneAnswer> answers)
    {
        lock (_gate)
        {
            var granted = new List<(Lane Lane, GrantedDelivery Delivery)>();
            foreach (var answer in answers.Where(answer => answer.Next is not null))
            {
                if (!_lanes.TryGetValue(answer.Node, out var lane) || lane.Token != answer.Token)
                {
                    _lanes[answer.Node] = lane = new Lane(answer.Handler, answer.Node, answer.Token);
                }

                lane.Begin(answer.Next!.Seq);
                granted.Add((lane, answer.Next));
            }

            var nodes = granted.ConvertAll(delivery => delivery.Lane.Node);
            _wants.Answered(request.Wanted, nodes);
            if (request.Ordering == DeliveryOrdering.None)
            {
                nodes.ForEach(_wants.Add);
            }

            return granted;
        }
    }

    /// <summary>A delivery ended, and that is about to be recorded: says how its lane goes on.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="seq">Of the delivery; <see langword="null"/> when the lane is given back.</param>
    /// <param name="wantsNext">Whether the caller begins the lane's next delivery.</param>
    /// <returns>Whether the next delivery is asked for, and whether the lane stays held without one.</returns>
    public LaneMove End(Lane lane, long? seq, bool wantsNext)
    {
        lock (_gate)
        {
            if (seq is { } ended)
            {
                lane.End(ended);
            }

            lane.IsTouched = false;
            var stays = lane.Running.Count > 0;
            var mayGoOn = !_isClosed && _ordering is { } ordering && (!stays || ordering == DeliveryOrdering.None);
            return new LaneMove(wantsNext && mayGoOn && (!lane.HadItsTurn || _wants.IsEmpty), stays);
        }
    }

    /// <summary>It was recorded; or, without an answer, was not, because somebody else has the lane. Returns what runs next.</summary>
    public GrantedDelivery? Moved(Lane lane, LaneAnswer? answer)
    {
        lock (_gate)
        {
            if (answer?.Next is { } next)
            {
                lane.Begin(next.Seq);
                return next;
            }

            var isHeld = answer is not null && lane.Running.Count > 0;
            if (!isHeld && _lanes.GetValueOrDefault(lane.Node) == lane)
            {
                _lanes.Remove(lane.Node);
            }

            // Without order, what is left may begin beside what runs.
            var isWanted = answer is null || answer.HasNext || lane.IsTouched;
            if (isWanted && (!isHeld || _ordering == DeliveryOrdering.None))
            {
                _wants.Add(lane.Node);
            }

            return null;
        }
    }

    /// <summary>The places of the deliveries that run, each with the handler's number.</summary>
    public IReadOnlyList<(int Handler, long Seq)> Running()
    {
        lock (_gate)
        {
            return [.. _lanes.Values.SelectMany(lane => lane.Running.Select(seq => (lane.Handler, seq)))];
        }
    }

    /// <summary>Claims nothing more. Returns the lanes to give back.</summary>
    public IReadOnlyList<Lane> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _wants.Signal();
            foreach (var lane in _lanes.Values)
            {
                lane.EndAll();
            }

            return [.. _lanes.Values];
        }
    }
}

/// <summary>What to claim.</summary>
/// <param name="Ordering">Whether a lane gives one delivery at a time.</param>
/// <param name="Wanted">Which lanes.</param>
/// <param name="Held">The tokens of lanes that are held already and may give more; without order only.</param>
/// <param name="Running">The places of the deliveries that run.</param>
internal sealed record ClaimRequest(DeliveryOrdering Ordering, WantedLanes Wanted, Guid[] Held, long[] Running);

/// <summary>How a lane goes on after a delivery.</summary>
/// <param name="TakesNext">Whether its next delivery is asked for.</param>
/// <param name="Stays">Whether it stays held without one.</param>
internal readonly record struct LaneMove(bool TakesNext, bool Stays);

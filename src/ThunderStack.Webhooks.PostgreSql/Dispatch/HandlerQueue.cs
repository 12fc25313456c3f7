using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// What one handler does in this replica: it claims what it is told to look for, and knows what runs. Nothing that was claimed
/// waits here: a delivery is handed out by the call whose statement granted it. Safe for concurrent use.
/// </summary>
internal sealed partial class HandlerQueue(
    string name, NpgsqlDataSource source, Func<DeliveryOrdering, ClaimStatement> claims, SettleQueue settlements, InboxLimits limits, ILogger logger)
{
    // A round trip for one node costs the same as for several; more than this, and the claim gets long.
    private const int NamedNodes = 64;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _claiming = new(1, 1);
    private readonly Wants _wants = new();
    private readonly Dictionary<int, Lane> _lanes = [];
    private readonly List<(Guid Token, long At)> _unanswered = [];
    private DeliveryOrdering? _ordering;
    private bool _isClosed;
    private bool _isFailing;

    public string Name => name;

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

    /// <summary>Waits until there is something, and claims up to <paramref name="max"/>.</summary>
    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(int max, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Signalled().WaitAsync(cancellationToken).ConfigureAwait(false);
            await _claiming.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var granted = await ClaimOnceAsync(max, cancellationToken).ConfigureAwait(false);
                if (granted.Count > 0 && cancellationToken.IsCancellationRequested)
                {
                    granted.ForEach(delivery => _ = SettleAsync(delivery, new Settlement(DeliveryOutcome.Released, default), takesNext: false));
                    throw new OperationCanceledException(cancellationToken);
                }

                if (granted.Count > 0)
                {
                    return granted;
                }
            }
            finally
            {
                _claiming.Release();
            }
        }
    }

    /// <summary>Hands over how a delivery ended. Answers the lane's next delivery, if one was asked for and there is one.</summary>
    public Task<Delivery?> SettleAsync(PostgreSqlDelivery delivery, Settlement settlement, bool takesNext) =>
        settlements.Add(new SettleOperation(this, delivery.Lane, delivery, settlement, takesNext));

    /// <summary>The settlement is about to be sent: says how its lane goes on.</summary>
    /// <returns>Whether the next delivery is wanted, and whether the lane stays held without one.</returns>
    public (bool TakesNext, bool Stays) Prepare(SettleOperation operation)
    {
        lock (_gate)
        {
            var lane = operation.Lane;
            if (operation.Delivery is { } delivery)
            {
                lane.End(delivery.Seq);
            }

            lane.IsTouched = false;
            var stays = lane.Running.Count > 0;
            var takesNext = operation.TakesNext && !_isClosed && _ordering is { } ordering
                && (!stays || ordering == DeliveryOrdering.None)
                && (!lane.HadItsTurn || _wants.IsEmpty);
            return (takesNext, stays);
        }
    }

    /// <summary>The settlement was recorded, or, without an answer, could not be: somebody else has the lane.</summary>
    public Delivery? Complete(SettleOperation operation, LaneAnswer? answer)
    {
        lock (_gate)
        {
            var lane = operation.Lane;
            if (answer is null)
            {
                Remove(lane);
                _wants.Add(lane.Node);
                return null;
            }

            if (answer.Next is { } next)
            {
                lane.Begin(next.Seq);
                return PostgreSqlDelivery.Of(this, lane, next);
            }

            var isHeld = lane.Running.Count > 0;
            if (!isHeld)
            {
                Remove(lane);
            }

            // Without order, what is left may begin beside what runs.
            if ((answer.HasNext || lane.IsTouched) && (!isHeld || _ordering == DeliveryOrdering.None))
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

    /// <summary>Claims nothing more, and gives back what it holds.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _wants.Signal();
            foreach (var lane in _lanes.Values)
            {
                lane.Running.ToList().ForEach(lane.End);
                _ = settlements.Add(new SettleOperation(this, lane, null, default, TakesNext: false));
            }
        }
    }

    private Task Signalled()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _wants.Signalled;
        }
    }

    private async Task<List<PostgreSqlDelivery>> ClaimOnceAsync(int max, CancellationToken cancellationToken)
    {
        ClaimRequest request;
        DeliveryOrdering ordering;
        Guid[] held, unanswered;
        long[] running;
        lock (_gate)
        {
            if (_ordering is not { } current)
            {
                // It takes no part. When it does again, everything is looked for.
                _wants.Clear();
                return [];
            }

            if (_isClosed || _wants.Next(max, NamedNodes) is not { } next)
            {
                return [];
            }

            (request, ordering) = (next, current);
            _unanswered.RemoveAll(claim => Environment.TickCount64 - claim.At > limits.Lease.TotalMilliseconds);
            unanswered = [.. _unanswered.Select(claim => claim.Token)];
            held = ordering == DeliveryOrdering.None ? [.. _lanes.Values.Select(lane => lane.Token).Distinct()] : [];
            running = [.. _lanes.Values.SelectMany(lane => lane.Running)];
        }

        var token = Guid.NewGuid();
        try
        {
            // Not cancelled with the caller: what the server has claimed by then would be held by nobody.
            using var limit = new CancellationTokenSource(limits.StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            var answers = await claims(ordering).ExecuteAsync(connection, name, request, token, held, unanswered, running, limit.Token)
                .ConfigureAwait(false);
            return Begin(request, answers);
        }
        catch (Exception exception)
        {
            await RestAsync(token, exception, cancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    private List<PostgreSqlDelivery> Begin(ClaimRequest request, List<LaneAnswer> answers)
    {
        lock (_gate)
        {
            _isFailing = false;
            var granted = new List<PostgreSqlDelivery>(answers.Count);
            foreach (var answer in answers.Where(answer => answer.Next is not null))
            {
                if (!_lanes.TryGetValue(answer.Node, out var lane) || lane.Token != answer.Token)
                {
                    _lanes[answer.Node] = lane = new Lane(answer.Handler, answer.Node, answer.Token);
                }

                lane.Begin(answer.Next!.Seq);
                granted.Add(PostgreSqlDelivery.Of(this, lane, answer.Next));
            }

            var nodes = granted.Select(delivery => delivery.Lane.Node).ToList();
            _wants.Answered(request, nodes);
            if (_ordering == DeliveryOrdering.None)
            {
                nodes.ForEach(_wants.Add);
            }

            return granted;
        }
    }

    private async Task RestAsync(Guid token, Exception exception, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _unanswered.Add((token, Environment.TickCount64));
            _wants.AddAnything();
        }

        if (!_isFailing)
        {
            _isFailing = true;
            Log.Failing(logger, name, PostgreSqlFailure.Describe(exception), exception);
        }

        await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Remove(Lane lane)
    {
        if (_lanes.TryGetValue(lane.Node, out var known) && known == lane)
        {
            _lanes.Remove(lane.Node);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3141, Level = LogLevel.Warning, Message = "Deliveries of handler {Handler} cannot be claimed: {Reason}. The receiver tries again")]
        public static partial void Failing(ILogger logger, string handler, string reason, Exception? exception);
    }
}

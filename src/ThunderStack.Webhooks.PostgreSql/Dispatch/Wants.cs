namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// The nodes that may have something for a handler, as far as this replica was told. Only a hint: what there really is, the
/// claim finds out. Guarded by the lock of the <see cref="HandlerLanes"/>.
/// </summary>
internal sealed class Wants
{
    private readonly HashSet<int> _nodes = [];
    private readonly Queue<int> _order = new();
    private TaskCompletionSource _signal = NewSignal();
    private bool _isAnything;
    private bool _wasAnything;
    private int _after;

    /// <summary>Completes while there is something to claim.</summary>
    public Task Signalled => _signal.Task;

    public bool IsEmpty => !_isAnything && _nodes.Count == 0;

    public void Add(int node)
    {
        if (_nodes.Add(node))
        {
            _order.Enqueue(node);
        }

        Signal();
    }

    /// <summary>Any node may have something.</summary>
    public void AddAnything()
    {
        _isAnything = true;
        Signal();
    }

    /// <summary>Ends the waiting whether or not there is something.</summary>
    public void Signal() => _signal.TrySetResult();

    /// <summary>Takes out what to ask for next; <see langword="null"/> when there is nothing. Named nodes and all of them take turns.</summary>
    public WantedLanes? Next(int room, int maxNodes)
    {
        if (IsEmpty)
        {
            Clear();
            return null;
        }

        _wasAnything = _isAnything && (_nodes.Count == 0 || !_wasAnything);
        if (_wasAnything)
        {
            _isAnything = false;
            return new WantedLanes(null, _after, room);
        }

        var nodes = new List<int>(Math.Min(_order.Count, maxNodes));
        while (nodes.Count < maxNodes && _order.TryDequeue(out var node))
        {
            _nodes.Remove(node);
            nodes.Add(node);
        }

        return new WantedLanes([.. nodes], 0, room);
    }

    /// <summary>Forgets everything, and lets those wait who wait for something.</summary>
    public void Clear()
    {
        _isAnything = false;
        _nodes.Clear();
        _order.Clear();
        _signal = _signal.Task.IsCompleted ? NewSignal() : _signal;
    }

    /// <summary>Wants again what a claim had no room for. What it was asked for was forgotten when it was: what comes meanwhile counts.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="claimed">The nodes that were claimed.</param>
    public void Answered(WantedLanes request, IReadOnlyCollection<int> claimed)
    {
        var isFull = claimed.Count == request.Room;
        if (request.Nodes is { } nodes)
        {
            foreach (var node in isFull ? nodes.Except(claimed) : [])
            {
                Add(node);
            }

            return;
        }

        // Round and round, so that no node waits for others that always have something.
        _after = isFull ? claimed.DefaultIfEmpty(request.After).Max() : 0;
        if (isFull || request.After > 0)
        {
            AddAnything();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Which lanes to claim.</summary>
/// <param name="Nodes">Of these nodes; of any, when <see langword="null"/>.</param>
/// <param name="After">Of any with a higher number than this.</param>
/// <param name="Room">How many at most.</param>
internal sealed record WantedLanes(int[]? Nodes, int After, int Room);

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The appends that wait for the writer, in order.</summary>
internal sealed class AppendQueue(int limit)
{
    // The node rows of a batch are locked until its commit, and joins within it should stay small.
    private const int MaxBatch = 256;
    private const int MaxBatchBytes = 1 << 20;

    // A transaction costs the same with two events or twenty. Under load, which the batch before tells, waiting a moment for more
    // is faster for everyone: 1.1 to 1.3 times the events a second with 8 senders, and less work for a server that others share.
    // A lone event never waits.
    private const int BusyBatch = 4;
    private const int FullBatch = 16;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private string? _refusal;
    private int _lastBatch;
    private bool _isClosed;

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Why everything is refused at the door; <see langword="null"/> when it is not.</summary>
    public void SetRefusal(string? reason)
    {
        lock (_gate)
        {
            _refusal = reason;
        }
    }

    /// <summary>Hands over an operation. Returns why not, or <see langword="null"/>.</summary>
    public string? TryEnqueue(PendingAppend operation)
    {
        lock (_gate)
        {
            var refusal = _isClosed ? "the inbox is closing" : _refusal ?? (_waiting.Count >= limit ? $"overloaded: {limit} appends wait" : null);
            if (refusal is not null)
            {
                return refusal;
            }

            _waiting.Enqueue(operation);
            if (_waiting.Count is 1 or FullBatch)
            {
                Monitor.Pulse(_gate);
            }

            return null;
        }
    }

    /// <summary>Waits until there is something to write, and takes what waits, up to a batch. Empty when closed and drained.</summary>
    public List<PendingAppend> Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            if (_lastBatch >= BusyBatch && _waiting.Count < FullBatch && !_isClosed)
            {
                Monitor.Wait(_gate, GatherTime);
            }

            var batch = new List<PendingAppend>(Math.Min(_waiting.Count, MaxBatch));
            var bytes = 0;
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && _waiting.TryDequeue(out var operation))
            {
                bytes += operation.Entry.Body.Length;
                batch.Add(operation);
            }

            _lastBatch = batch.Count;
            return batch;
        }
    }

    /// <summary>Takes out everything and refuses what comes.</summary>
    public List<PendingAppend> Refuse(string reason)
    {
        lock (_gate)
        {
            _refusal = reason;
            var removed = _waiting.ToList();
            _waiting.Clear();
            return removed;
        }
    }

    /// <summary>Sleeps a while, however much waits; returns at once when closed.</summary>
    public void Rest(TimeSpan time)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                Monitor.Wait(_gate, time);
            }
        }
    }

    /// <summary>Lets nothing in any more. What waits is still written.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}

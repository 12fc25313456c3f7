namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The appends that wait for the writer, in order.</summary>
internal sealed class AppendQueue(int limit)
{
    // The node rows of a batch are locked until its commit, and joins within it should stay small.
    private const int MaxBatch = 256;
    private const int MaxBatchBytes = 1 << 20;

    // A round trip and a commit cost the same with four events or forty. Under load, which the batch before tells, waiting a
    // moment for more is faster for everyone. A lone event never waits.
    private const int BusyBatch = 4;
    private const int FullBatch = 16;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);

    // With more than this waiting, it is the database that holds everybody up.
    private const int Backlog = 64;

    private readonly object _gate = new();
    private readonly Queue<AppendOperation> _waiting = new();
    private string? _refusal;
    private int _lastBatch;
    private int _wakeAt = 1;
    private bool _writerSleeps;
    private bool _isClosed;

    public bool HasBacklog
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count >= Backlog;
            }
        }
    }

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

    /// <summary>Whether a batch of this size tells of load.</summary>
    public static bool IsBusy(int batch) => batch >= BusyBatch;

    /// <summary>Why everything is refused at the door; <see langword="null"/> when it is not.</summary>
    public void SetRefusal(string? reason)
    {
        lock (_gate)
        {
            _refusal = reason;
        }
    }

    /// <summary>Hands over an operation. Returns why not, or <see langword="null"/>.</summary>
    public string? TryEnqueue(AppendOperation operation)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return "the inbox is closing";
            }

            if (_refusal is not null)
            {
                return _refusal;
            }

            if (_waiting.Count >= limit)
            {
                return $"overloaded: {limit} appends wait";
            }

            _waiting.Enqueue(operation);
            if (!_writerSleeps || _waiting.Count < _wakeAt)
            {
                return null;
            }

            _writerSleeps = false;
            Monitor.Pulse(_gate);
        }

        // The database is idle until the writer runs, which on this core can be a time slice away: 6 % more events/s.
        Thread.Yield();
        return null;
    }

    /// <summary>Waits until there is something to write, and takes what waits, up to a batch. Empty when closed and drained.</summary>
    public List<AppendOperation> Take()
    {
        lock (_gate)
        {
            if (IsBusy(_lastBatch) && _waiting.Count < FullBatch && !_isClosed)
            {
                Sleep(FullBatch, GatherTime);
            }

            while (_waiting.Count == 0 && !_isClosed)
            {
                Sleep(1, Timeout.InfiniteTimeSpan);
            }

            var batch = new List<AppendOperation>(Math.Min(_waiting.Count, MaxBatch));
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
    public List<AppendOperation> Refuse(string reason)
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

    private void Sleep(int wakeAt, TimeSpan time)
    {
        _wakeAt = wakeAt;
        _writerSleeps = true;
        Monitor.Wait(_gate, time);
        _writerSleeps = false;
    }
}

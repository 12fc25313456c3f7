namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The appends that wait for the writer, in order.</summary>
internal sealed class AppendQueue(int limit)
{
    // The node rows of a batch are locked until its commit, and joins within it should stay small.
    private const int MaxBatch = 256;
    private const int MaxBatchBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<AppendOperation> _waiting = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _arrival;
    private string? _refusal;
    private bool _isClosed;

    public bool IsClosed => _closed.Task.IsCompleted;

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
        TaskCompletionSource? arrival;
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
            arrival = _arrival;
            _arrival = null;
        }

        arrival?.TrySetResult();
        return null;
    }

    /// <summary>Waits until there is something to take. False when closed and drained.</summary>
    public async ValueTask<bool> WaitAsync()
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    return true;
                }

                if (_isClosed)
                {
                    return false;
                }

                _arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _arrival.Task;
            }

            await arrival.ConfigureAwait(false);
        }
    }

    /// <summary>What waits, up to a batch.</summary>
    public List<AppendOperation> Take()
    {
        var batch = new List<AppendOperation>();
        lock (_gate)
        {
            var bytes = 0;
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && _waiting.TryDequeue(out var operation))
            {
                bytes += operation.Entry.Body.Length;
                batch.Add(operation);
            }
        }

        return batch;
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

    /// <summary>Lets nothing in any more. What waits is still written.</summary>
    public void Close()
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            _isClosed = true;
            arrival = _arrival;
            _arrival = null;
        }

        _closed.TrySetResult();
        arrival?.TrySetResult();
    }

    /// <summary>Waits until it is closed, or this long.</summary>
    public async Task WhenClosedAsync(TimeSpan time) =>
        await _closed.Task.WaitAsync(time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

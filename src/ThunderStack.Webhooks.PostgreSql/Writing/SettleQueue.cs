namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>What waits to be recorded, in order. Nothing is refused: it waits for better times when the database fails.</summary>
internal sealed class SettleQueue(int limit)
{
    private const int MaxBatch = 512;

    private readonly Lock _gate = new();
    private readonly Queue<SettleOperation> _waiting = new();
    private readonly Queue<(long Number, TaskCompletionSource Written)> _watchers = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _added;
    private long _written;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return (int)(_added - _written);
            }
        }
    }

    public bool IsClosed => _closed.Task.IsCompleted;

    /// <summary>Hands over something. Completed at once, or, when too much waits, when it is recorded.</summary>
    public Task Add(SettleOperation operation)
    {
        lock (_gate)
        {
            _waiting.Enqueue(operation);
            _added++;
            _arrival.TrySetResult();
            return _added - _written > limit ? Watch() : Task.CompletedTask;
        }
    }

    /// <summary>Waits until everything handed over so far is recorded.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return _added == _written ? Task.CompletedTask : Watch();
        }
    }

    /// <summary>Waits until there is something to record. False when closed and drained.</summary>
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

                if (IsClosed)
                {
                    return false;
                }

                if (_arrival.Task.IsCompleted)
                {
                    _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                arrival = _arrival.Task;
            }

            await Task.WhenAny(arrival, _closed.Task).ConfigureAwait(false);
        }
    }

    public List<SettleOperation> Take()
    {
        lock (_gate)
        {
            var batch = new List<SettleOperation>(Math.Min(_waiting.Count, MaxBatch));
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var operation))
            {
                batch.Add(operation);
            }

            return batch;
        }
    }

    /// <summary>These were recorded, or cannot be.</summary>
    public void Complete(int count)
    {
        lock (_gate)
        {
            _written += count;
            while (_watchers.TryPeek(out var watcher) && watcher.Number <= _written)
            {
                _watchers.Dequeue().Written.TrySetResult();
            }
        }
    }

    public void Close() => _closed.TrySetResult();

    /// <summary>Waits until it is closed, or this long.</summary>
    public async Task WhenClosedAsync(TimeSpan time) =>
        await _closed.Task.WaitAsync(time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task Watch()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.Enqueue((_added, written));
        return written.Task;
    }
}

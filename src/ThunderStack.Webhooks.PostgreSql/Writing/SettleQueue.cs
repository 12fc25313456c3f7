using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The results that wait to be recorded, in order. Each has its slot, so there are never more than slots.</summary>
internal sealed class SettleQueue
{
    private const int MaxBatch = 512;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<SettleOperation> _waiting = [];
    private List<SettleOperation> _taken = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + _taken.Count;
            }
        }
    }

    public bool IsClosed => _closed.Task.IsCompleted;

    public Task<Delivery?> Add(SettleOperation operation)
    {
        lock (_gate)
        {
            _waiting.Add(operation);
            _arrival.TrySetResult();
        }

        return operation.Recorded;
    }

    /// <summary>Waits until everything handed over so far is recorded.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_taken.Concat(_waiting).Select(operation => operation.Recorded));
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

                _arrival = _arrival.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : _arrival;
                arrival = _arrival.Task;
            }

            await Task.WhenAny(arrival, _closed.Task).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what waits, up to a batch: of a lane one at a time, because each says how the lane goes on.</summary>
    public List<SettleOperation> Take()
    {
        lock (_gate)
        {
            var lanes = new HashSet<Lane>();
            _taken = [.. _waiting.Where(operation => lanes.Count < MaxBatch && lanes.Add(operation.Lane))];
            var taken = _taken.ToHashSet();
            _waiting = [.. _waiting.Where(operation => !taken.Contains(operation))];
            return _taken;
        }
    }

    /// <summary>Nothing more comes; nobody waits any longer for what cannot be recorded.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            foreach (var operation in _taken.Concat(_waiting))
            {
                operation.Complete(null);
            }
        }
    }

    public void Close() => _closed.TrySetResult();

    /// <summary>Waits until it is closed, or this long.</summary>
    public async Task WhenClosedAsync(TimeSpan time) =>
        await _closed.Task.WaitAsync(time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

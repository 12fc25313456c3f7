namespace ThunderStack.Webhooks.Dispatch;

/// <summary>How many attempts of a handler run at once, and which.</summary>
internal sealed class HandlerSlots(int count)
{
    private readonly SemaphoreSlim _free = new(count);
    private readonly Lock _gate = new();
    private readonly DeliveryAttempt?[] _running = new DeliveryAttempt?[count];
    private readonly Stack<int> _unused = new(Enumerable.Range(0, count));
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDraining;

    public bool IsDrained => _drained.Task.IsCompleted;

    /// <summary>Waits until one is free. Returns how many are reserved for the caller now: all that were free.</summary>
    public async Task<int> ReserveAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        var reserved = 1;
        while (reserved < count && _free.Wait(0, CancellationToken.None))
        {
            reserved++;
        }

        return reserved;
    }

    /// <summary>Gives back what was reserved and not taken.</summary>
    public void GiveBack(int reserved)
    {
        if (reserved > 0)
        {
            _free.Release(reserved);
        }
    }

    /// <summary>Takes one that was reserved.</summary>
    public int Take()
    {
        lock (_gate)
        {
            return _unused.Pop();
        }
    }

    /// <summary>From now on this attempt runs in its slot.</summary>
    public void Run(DeliveryAttempt attempt)
    {
        lock (_gate)
        {
            _running[attempt.Slot] = attempt;
        }
    }

    /// <summary>Nothing runs in it any more.</summary>
    public void Free(int slot)
    {
        lock (_gate)
        {
            _running[slot] = null;
            _unused.Push(slot);
            CheckDrained();
        }

        _free.Release();
    }

    public DeliveryAttempt[] Running()
    {
        lock (_gate)
        {
            return [.. _running.Where(attempt => attempt is not null)!];
        }
    }

    /// <summary>Completes when nothing runs; by now nothing is reserved.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _isDraining = true;
            CheckDrained();
        }

        return _drained.Task;
    }

    private void CheckDrained()
    {
        if (_isDraining && _unused.Count == count)
        {
            _drained.TrySetResult();
        }
    }
}

namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>What a node's password protects: locked after every start of the node.</summary>
/// <param name="password">The password of a node that is initialized; <see langword="null"/>: it wants <c>/init</c>.</param>
internal sealed class NodeWallet(string? password)
{
    private readonly Lock _gate = new();
    private string? _password = password;
    private bool _isUnlocked;
    private TaskCompletionSource<bool>? _unlocking;
    private ITimer? _timer;

    public bool IsInitialized
    {
        get
        {
            lock (_gate)
            {
                return _password is not null;
            }
        }
    }

    /// <summary>Why a call that needs an unlocked node is refused, if it is.</summary>
    public NodeError? Refusal
    {
        get
        {
            lock (_gate)
            {
                return _unlocking is not null ? NodeError.ChangingState : _isUnlocked ? null : NodeError.Locked;
            }
        }
    }

    public NodeError? Init(string chosen)
    {
        lock (_gate)
        {
            if (_unlocking is not null || _password is not null)
            {
                return _unlocking is not null ? NodeError.ChangingState : _isUnlocked ? NodeError.UnlockedNode : NodeError.AlreadyInitialized;
            }

            _password = chosen;
            return null;
        }
    }

    public NodeError? Lock()
    {
        lock (_gate)
        {
            if (_unlocking is not null || !_isUnlocked)
            {
                return _unlocking is not null ? NodeError.ChangingState : NodeError.Locked;
            }

            _isUnlocked = false;
            return null;
        }
    }

    /// <summary>Why an unlock is refused, if it is.</summary>
    public NodeError? CheckUnlock(string given)
    {
        lock (_gate)
        {
            return _unlocking is not null ? NodeError.ChangingState
                : _password is null ? NodeError.NotInitialized
                : _isUnlocked ? NodeError.AlreadyUnlocked
                : given != _password ? NodeError.WrongPassword
                : null;
        }
    }

    /// <summary>Unlocks at once, or after a while: whoever hangs up meanwhile does not stop it.</summary>
    /// <returns><see langword="false"/> when the node was restarted, or another unlock was faster.</returns>
    public Task<bool> UnlockAsync(TimeSpan delay, TimeProvider time)
    {
        lock (_gate)
        {
            if (_unlocking is not null || delay == TimeSpan.Zero)
            {
                _isUnlocked |= _unlocking is null;
                return Task.FromResult(_unlocking is null);
            }

            var unlocking = _unlocking = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer = time.CreateTimer(_ => Finish(unlocking), null, delay, Timeout.InfiniteTimeSpan);
            return unlocking.Task;
        }
    }

    /// <summary>The node's process ends or starts: it is locked, and what was under way is lost.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _isUnlocked = false;
            _timer?.Dispose();
            _unlocking?.TrySetResult(false);
            _unlocking = null;
        }
    }

    private void Finish(TaskCompletionSource<bool> unlocking)
    {
        lock (_gate)
        {
            // A tick that was under way when the node was restarted.
            if (_unlocking != unlocking)
            {
                return;
            }

            _timer?.Dispose();
            _unlocking = null;
            _isUnlocked = true;
        }

        unlocking.SetResult(true);
    }
}

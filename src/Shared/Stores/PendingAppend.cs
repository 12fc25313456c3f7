using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// An append that waits for a store's writer, and the caller who awaits it. Pooled: it goes back once both the caller has its
/// result and the writer is done, in whichever order (a caller may give up, or be answered by a watchdog, before the writer is).
/// </summary>
internal abstract class PendingAppend : IValueTaskSource<AppendResult>
{
    private ManualResetValueTaskSourceCore<AppendResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _answered;
    private int _holders;

    public InboxEntry Entry { get; private set; } = null!;

    public WebhookPublicKey? Key { get; private set; }

    public ValueTask<AppendResult> Result => new(this, _source.Version);

    /// <summary>Ends the append for the writer, which must not touch it again.</summary>
    public void Complete(AppendResult result)
    {
        Answer(result);
        Release();
    }

    /// <summary>Ends the append as <see cref="Complete"/> does, but runs the caller on this thread.</summary>
    public void CompleteHere(AppendResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.RunContinuationsAsynchronously = false;
            _source.SetResult(result);
        }

        Release();
    }

    /// <summary>Answers the caller while the writer still holds the append.</summary>
    public void Answer(AppendResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.SetResult(result);
        }
    }

    public AppendResult GetResult(short token)
    {
        // Waits for a callback that runs this moment, so that none is left to touch the next use of this object.
        _cancellation.Dispose();
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected void Begin(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        Entry = entry;
        Key = key;
        _answered = 0;
        _holders = 2;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingAppend)state!).Cancel(token), this);
        }
    }

    protected abstract void GoBack();

    private void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.SetException(new OperationCanceledException(cancellationToken));
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        _source.Reset();
        _source.RunContinuationsAsynchronously = true;
        _cancellation = default;
        Entry = null!;
        Key = null;
        GoBack();
    }
}

/// <inheritdoc cref="PendingAppend"/>
/// <typeparam name="TSelf">The store's own kind of it, with a pool of its own.</typeparam>
internal abstract class PendingAppend<TSelf> : PendingAppend
    where TSelf : PendingAppend<TSelf>, new()
{
    private const int PoolLimit = 1_024;
    private static readonly ConcurrentQueue<TSelf> Pool = new();

    public static TSelf Rent(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        if (!Pool.TryDequeue(out var append))
        {
            append = new TSelf();
        }

        append.Begin(entry, key, cancellationToken);
        return append;
    }

    protected sealed override void GoBack()
    {
        if (Pool.Count < PoolLimit)
        {
            Pool.Enqueue((TSelf)this);
        }
    }
}

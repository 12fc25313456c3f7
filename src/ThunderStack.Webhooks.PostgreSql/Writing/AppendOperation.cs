using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// An append and the caller who awaits it. Pooled: it goes back once both the caller has its result and the writer is
/// done, in whichever order (a caller may give up before the writer is).
/// </summary>
internal sealed class AppendOperation : IValueTaskSource<AppendResult>
{
    private const int PoolLimit = 1_024;
    private static readonly ConcurrentQueue<AppendOperation> Pool = new();

    private ManualResetValueTaskSourceCore<AppendResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _answered;
    private int _holders;

    private AppendOperation()
    {
    }

    public InboxEntry Entry { get; private set; } = null!;

    public WebhookPublicKey? Key { get; private set; }

    public ValueTask<AppendResult> Result => new(this, _source.Version);

    public static AppendOperation Rent(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        if (!Pool.TryDequeue(out var operation))
        {
            operation = new AppendOperation();
        }

        operation.Entry = entry;
        operation.Key = key;
        operation._answered = 0;
        operation._holders = 2;
        if (cancellationToken.CanBeCanceled)
        {
            operation._cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((AppendOperation)state!).Cancel(token), operation);
        }

        return operation;
    }

    /// <summary>Ends the operation for the writer, which must not touch it again.</summary>
    public void Complete(AppendResult result)
    {
        Answer(result);
        Release();
    }

    /// <summary>Ends the operation as <see cref="Complete"/> does, but runs the caller on this thread, which has to be one of the pool's.</summary>
    public void CompleteHere(AppendResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.RunContinuationsAsynchronously = false;
            _source.SetResult(result);
        }

        Release();
    }

    /// <summary>Answers the caller while the writer still holds the operation.</summary>
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
        if (Pool.Count < PoolLimit)
        {
            Pool.Enqueue(this);
        }
    }
}

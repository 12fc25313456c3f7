using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>
/// An append and the caller who awaits it. Pooled: it goes back once both the caller has its result and the writer is
/// done, in whichever order (a caller may give up, or be answered by the watchdog, before the writer is).
/// </summary>
internal sealed class AppendOperation : WriteOperation, IValueTaskSource<AppendResult>
{
    private const int PoolLimit = 1_024;
    private static readonly ConcurrentQueue<AppendOperation> Pool = new();

    private ManualResetValueTaskSourceCore<AppendResult> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private InboxEntry _entry = null!;
    private WebhookPublicKey? _key;
    private AppendOutcome _outcome;
    private int _answered;
    private int _holders;

    private AppendOperation()
    {
    }

    public override bool IsAppend => true;

    public ValueTask<AppendResult> Result => new(this, _source.Version);

    public static AppendOperation Rent(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        if (!Pool.TryDequeue(out var operation))
        {
            operation = new AppendOperation();
        }

        operation._entry = entry;
        operation._key = key;
        operation._answered = 0;
        operation._holders = 2;
        if (cancellationToken.CanBeCanceled)
        {
            operation._cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((AppendOperation)state!).Cancel(token), operation);
        }

        return operation;
    }

    public override void Execute(WriteSession session) => _outcome = session.Append(_entry, _key);

    /// <summary>Answers the caller on this thread, which has to be one of the pool's.</summary>
    public override void Complete()
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.RunContinuationsAsynchronously = false;
            _source.SetResult(new AppendResult(_outcome));
        }

        Release();
    }

    public override void Fail(WriteFailure failure)
    {
        Answer(failure);
        Release();
    }

    /// <summary>Answers the caller while the writer still holds the operation.</summary>
    public void Answer(WriteFailure failure) =>
        Answer(new AppendResult(failure.CommitBegun ? AppendOutcome.Unknown : AppendOutcome.Unavailable, failure.Reason));

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

    private void Answer(AppendResult result)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.SetResult(result);
        }
    }

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
        _entry = null!;
        _key = null;
        if (Pool.Count < PoolLimit)
        {
            Pool.Enqueue(this);
        }
    }
}

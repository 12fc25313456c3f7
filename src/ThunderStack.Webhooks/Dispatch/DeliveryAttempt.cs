using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// One call of one handler. It ends exactly once: by itself, or, when the handler ignores its cancellation, by being
/// abandoned; whoever comes first settles the delivery.
/// </summary>
internal sealed class DeliveryAttempt(HandlerPump pump, Delivery delivery, int slot, long startedAt) : IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _cancellation = new();
    private int _ended;

    public Delivery Delivery => delivery;

    public int Slot => slot;

    public long StartedAt => startedAt;

    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Whether the token was cancelled because the time was up, rather than because of a shutdown.</summary>
    public bool TimedOut { get; private set; }

    public void Execute() => _ = pump.RunAttemptAsync(this);

    public void TimeOut()
    {
        TimedOut = true;
        _cancellation.Cancel();
    }

    public void CancelForShutdown() => _cancellation.Cancel();

    /// <summary>True for the first caller only.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;
}

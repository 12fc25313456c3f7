using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>The result of an attempt. Nobody waits for it, and it is kept until it is on disk.</summary>
internal sealed class SettleOperation(
    SqliteDelivery delivery, DeliveryState state, Settlement settlement, RateCounts rates, Action<Exception> onDropped) : IWriteOperation
{
    private TaskCompletionSource? _written;

    public bool IsKept => true;

    /// <summary>Completes when it is on disk, or never will be.</summary>
    public Task WhenWritten() =>
        (_written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Execute(WriteSession session) =>
        session.Settle(delivery.Queue.Id, delivery.Seq, state, delivery.AttemptsAfter(settlement), settlement);

    public void Complete()
    {
        delivery.Queue.MarkSettled(delivery.Seq);
        rates.Add(delivery.Queue.Id, settlement);
        _written?.TrySetResult();
    }

    public void Fail(WriteFailure failure)
    {
        onDropped(failure.Cause ?? new InvalidOperationException(failure.Reason));
        _written?.TrySetResult();
    }
}

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Somebody is about to read: what was handed over before, and the counts that the writer still holds, belong on disk.</summary>
internal sealed class FlushOperation : IWriteOperation
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // What comes before it is counted once it is committed.
    public bool IsExclusive => true;

    /// <summary>Completes when it is done, or cannot be: what is asked next is then answered from what is on disk.</summary>
    public Task Ended => _ended.Task;

    public void Execute(WriteSession session)
    {
    }

    public void Complete() => _ended.TrySetResult();

    public void Fail(WriteFailure failure) => _ended.TrySetResult();
}

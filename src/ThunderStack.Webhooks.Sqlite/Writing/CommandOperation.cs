namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>A rare write with a result, in a transaction of its own.</summary>
/// <param name="execute">Writes, inside the transaction.</param>
/// <param name="committed">Runs on the writer after the commit, before anything later is written.</param>
/// <param name="isKept">Whether it waits until the store works instead of failing.</param>
internal sealed class CommandOperation<T>(Func<WriteSession, T> execute, Action<T>? committed, bool isKept) : IWriteOperation
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _value = default!;

    public bool IsExclusive => true;

    public bool IsKept => isKept;

    public Task<T> Result => _result.Task;

    public void Execute(WriteSession session) => _value = execute(session);

    public void Complete()
    {
        try
        {
            committed?.Invoke(_value);
            _result.TrySetResult(_value);
        }
        catch (Exception exception)
        {
            _result.TrySetException(exception);
        }
    }

    public void Fail(WriteFailure failure) =>
        _result.TrySetException(new IOException($"The inbox cannot be written: {failure.Reason}", failure.Cause));
}

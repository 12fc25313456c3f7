namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Runs rare writes on the writer.</summary>
internal sealed class CommandRunner(WriteQueue queue)
{
    /// <summary>Runs a command in a transaction of its own.</summary>
    /// <param name="execute">Writes.</param>
    /// <param name="committed">Runs on the writer after the commit, before anything later is written.</param>
    /// <param name="isKept">Whether it waits until the store works; otherwise a failing store fails it.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task<T> RunAsync<T>(Func<WriteSession, T> execute, Action<T>? committed = null, bool isKept = false)
    {
        var operation = new CommandOperation<T>(execute, committed, isKept);
        if (queue.TryEnqueue(operation) is { } refusal)
        {
            operation.Fail(new WriteFailure(refusal));
        }

        return operation.Result;
    }

    /// <summary>Waits until what was handed over before is on disk. Returns at once when the store fails.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var operation = new FlushOperation();
        return queue.TryEnqueue(operation) is null ? operation.Ended.WaitAsync(cancellationToken) : Task.CompletedTask;
    }
}

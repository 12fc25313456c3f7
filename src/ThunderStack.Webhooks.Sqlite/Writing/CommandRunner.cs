using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Runs rare writes on the writer.</summary>
internal sealed class CommandRunner(WriteQueue queue, RateCounts rates)
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
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(
                session =>
                {
                    HandlerRates.Save(session.Database, rates.All);
                    return true;
                },
                _ => rates.Clear()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // What is asked next is then answered from what is on disk.
        }
    }
}

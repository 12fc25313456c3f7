using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Records results, one batch at a time, and keeps at it until the database takes them.</summary>
internal sealed partial class SettleWriter(
    NpgsqlDataSource source, SettleQueue queue, SettleStatement statement, InboxLimits limits, ILogger logger)
{
    // Of a store that closes: a connection out of the pool may be dead while the database is well.
    private const int LastAttempts = 3;

    private readonly CancellationTokenSource _abandoned = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Records what waits, as far as the database lets it.</summary>
    public Task StopAsync()
    {
        queue.Close();
        return _loop;
    }

    /// <summary>Ends as a killed process would.</summary>
    public Task AbandonAsync()
    {
        _abandoned.Cancel();
        return StopAsync();
    }

    private async Task RunAsync()
    {
        while (await queue.WaitAsync().ConfigureAwait(false) && !_abandoned.IsCancellationRequested)
        {
            var batch = queue.Take();
            if (!await WriteAsync(batch).ConfigureAwait(false))
            {
                break;
            }
        }

        if (queue.Count > 0 && !_abandoned.IsCancellationRequested)
        {
            Log.Unwritten(logger, queue.Count);
        }
    }

    private async Task<bool> WriteAsync(List<SettleOperation> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
                limit.CancelAfter(limits.StatementTimeout);
                await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
                Complete(batch, await statement.ExecuteAsync(connection, batch, limit.Token).ConfigureAwait(false));
                return true;
            }
            catch (Exception exception)
            {
                if (_abandoned.IsCancellationRequested || (queue.IsClosed && attempt >= LastAttempts))
                {
                    return false;
                }

                // Said once; how the database is, the appends say.
                if (attempt == 1)
                {
                    Log.Failing(logger, PostgreSqlFailure.Describe(exception), exception);
                }

                await queue.WhenClosedAsync(limits.ProbeInterval).ConfigureAwait(false);
            }
        }
    }

    private void Complete(List<SettleOperation> batch, HashSet<(int Handler, int Node, long Fence)> held)
    {
        foreach (var operation in batch)
        {
            if (operation.IsRelease)
            {
                operation.Queue.Released(operation.Lane);
            }
            else if (!held.Contains((operation.Queue.Id, operation.Lane.Node.Number, operation.Lane.Fence)))
            {
                Log.Fenced(logger, operation.Queue.Name, operation.Item!.Entry.Id);
                operation.Queue.Lost(operation.Lane);
            }
        }

        queue.Complete(batch.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3121, Level = LogLevel.Warning, Message = "Results of handlers cannot be recorded: {Reason}. They are kept and tried again.")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(EventId = 3122, Level = LogLevel.Warning,
            Message = "The inbox closes while it cannot be written: {Count} results are lost, their deliveries will be made again.")]
        public static partial void Unwritten(ILogger logger, int count);

        [LoggerMessage(EventId = 3123, Level = LogLevel.Warning,
            Message = "The result of handler {Handler} for event {Event} came too late: another replica has taken the delivery over.")]
        public static partial void Fenced(ILogger logger, string handler, Events.EventId @event);
    }
}

using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Records results, one batch at a time, and keeps at it until the database takes them.</summary>
internal sealed partial class SettleWriter(
    NpgsqlDataSource source, SettleQueue queue, DeliveryBoard board, Func<DeliveryOrdering, SettleStatement> statements, InboxLimits limits,
    ILogger logger)
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
            if (!await WriteAsync(queue.Take()).ConfigureAwait(false))
            {
                break;
            }
        }

        if (queue.Count > 0 && !_abandoned.IsCancellationRequested)
        {
            Log.Unwritten(logger, queue.Count);
        }

        queue.Abandon();
    }

    private async Task<bool> WriteAsync(List<SettleOperation> batch)
    {
        var moves = batch.ConvertAll(operation => operation.Queue.Prepare(operation));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Complete(batch, await ExecuteAsync(batch, moves).ConfigureAwait(false), isFirst: attempt == 1);
                return true;
            }
            catch (Exception exception) when (batch.Count > 1 && PostgreSqlFailure.IsOfOperation(exception))
            {
                // One result spoils the transaction of all: find out which.
                foreach (var (operation, move) in batch.Zip(moves))
                {
                    await WriteOneAsync(operation, move).ConfigureAwait(false);
                }

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

    private async Task WriteOneAsync(SettleOperation operation, (bool TakesNext, bool Stays) move)
    {
        try
        {
            Complete([operation], await ExecuteAsync([operation], [move]).ConfigureAwait(false), isFirst: true);
        }
        catch (Exception exception)
        {
            // The lane is free when its lease is over, and the delivery is made again.
            Log.Unrecordable(logger, operation.Queue.Name, PostgreSqlFailure.Describe(exception), exception);
            Complete([operation], [], isFirst: false);
        }
    }

    private async Task<List<LaneAnswer>> ExecuteAsync(List<SettleOperation> batch, List<(bool TakesNext, bool Stays)> moves)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        return await statements(board.Ordering).ExecuteAsync(connection, batch, moves, board.Running(), limit.Token).ConfigureAwait(false);
    }

    private void Complete(List<SettleOperation> batch, List<LaneAnswer> answers, bool isFirst)
    {
        var byLane = answers.ToDictionary(answer => (answer.Handler, answer.Node, answer.Token));
        foreach (var operation in batch)
        {
            var answer = byLane.GetValueOrDefault((operation.Lane.Handler, operation.Lane.Node, operation.Lane.Token));

            // A second try finds a lane released when the first one was committed and only its answer was lost.
            if (answer is null && isFirst && operation.Delivery is { } delivery)
            {
                Log.Fenced(logger, operation.Queue.Name, delivery.Entry.NodeId.Value, delivery.Entry.Id);
            }

            operation.Complete(operation.Queue.Complete(operation, answer));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3121, Level = LogLevel.Warning, Message = "Results of handlers cannot be recorded: {Reason}. They are kept, and the receiver tries again")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(EventId = 3122, Level = LogLevel.Warning,
            Message = "The inbox closes while it cannot be written: {Count} results are lost, and their deliveries are made again")]
        public static partial void Unwritten(ILogger logger, int count);

        [LoggerMessage(EventId = 3123, Level = LogLevel.Warning,
            Message = "The result of handler {Handler} for event {Event} of node {Node} came too late: the lease was over, or the database is an older copy. The delivery is made again")]
        public static partial void Fenced(ILogger logger, string handler, string node, Events.EventId @event);

        [LoggerMessage(EventId = 3124, Level = LogLevel.Error,
            Message = "A result of handler {Handler} cannot be recorded by its own fault: {Reason}. The delivery is made again")]
        public static partial void Unrecordable(ILogger logger, string handler, string reason, Exception? exception);
    }
}

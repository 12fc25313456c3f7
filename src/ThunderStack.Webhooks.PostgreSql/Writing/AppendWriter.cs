using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Stores appends, one batch at a time: while one is on its way the next one gathers, and all that wait share a round trip
/// and a commit.
/// </summary>
internal sealed partial class AppendWriter(
    NpgsqlDataSource source, AppendQueue queue, AppendStatement statement, Names names, StoreHealth health, InboxLimits limits, ILogger logger)
{
    private readonly CancellationTokenSource _abandoned = new();
    private Task _loop = Task.CompletedTask;
    private NpgsqlConnection? _connection;

    /// <summary>Called with what a commit stored, before those who sent it learn of it.</summary>
    public required Action<IReadOnlyList<StoredEntry>> Stored { get; init; }

    /// <summary>Called when the database works again: what a lost answer left behind is in the tables only.</summary>
    public required Action Recovered { get; init; }

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Lets nothing in any more, writes what waits, and lets go of the connection.</summary>
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
        while (await queue.WaitAsync().ConfigureAwait(false))
        {
            var batch = queue.Take();
            try
            {
                await WriteAsync(batch).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Nothing above lets an exception through; should one come, nobody may wait for ever.
                await SuspendAsync(batch, exception, isAsked: true).ConfigureAwait(false);
            }
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync(List<AppendOperation> batch)
    {
        var isAsked = false;
        try
        {
            using var limit = Limit();
            _connection ??= await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            var (first, same) = SetAsideRepetitions(batch);
            var entries = await names.ResolveAsync(_connection, first, limit.Token).ConfigureAwait(false);
            isAsked = true;
            var stored = await statement.ExecuteAsync(_connection, entries, limit.Token).ConfigureAwait(false);
            Complete(batch, same, stored);
        }
        catch (Exception exception) when (batch.Count > 1 && PostgreSqlFailure.IsOfOperation(exception))
        {
            // One event spoiled the transaction of all: find out which, and fail only that one.
            await CloseAsync().ConfigureAwait(false);
            foreach (var operation in batch)
            {
                await WriteAsync([operation]).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgreSqlFailure.IsOfOperation(exception))
        {
            await CloseAsync().ConfigureAwait(false);
            var reason = PostgreSqlFailure.Describe(exception);
            Log.OperationFailed(logger, reason, exception);
            batch[0].Complete(new AppendResult(AppendOutcome.Unavailable, reason));
        }
        catch (Exception exception)
        {
            await SuspendAsync(batch, exception, isAsked).ConfigureAwait(false);
        }
    }

    private void Complete(List<AppendOperation> batch, HashSet<int> repetitions, List<StoredEntry> stored)
    {
        // Dispatch learns of the events before their senders do, and in the order of commits.
        Stored(stored);
        var fresh = stored.Select(entry => entry.Entry).ToHashSet();
        for (var i = 0; i < batch.Count; i++)
        {
            var isStored = !repetitions.Contains(i) && fresh.Contains(batch[i].Entry);
            batch[i].Complete(new AppendResult(isStored ? AppendOutcome.Stored : AppendOutcome.Duplicate));
        }
    }

    // The same event twice in one batch: the second is a duplicate of the first.
    private static (List<AppendOperation> First, HashSet<int> Repetitions) SetAsideRepetitions(List<AppendOperation> batch)
    {
        var ids = new HashSet<Events.EventId>(batch.Count);
        var repetitions = new HashSet<int>();
        var first = new List<AppendOperation>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (ids.Add(batch[i].Entry.Id))
            {
                first.Add(batch[i]);
            }
            else
            {
                repetitions.Add(i);
            }
        }

        return (first, repetitions);
    }

    /// <summary>The database fails: everything is refused until it works again.</summary>
    private async Task SuspendAsync(List<AppendOperation> batch, Exception exception, bool isAsked)
    {
        var reason = PostgreSqlFailure.Describe(exception);
        var isUnknown = isAsked && !PostgreSqlFailure.IsRolledBack(exception);
        if (!_abandoned.IsCancellationRequested)
        {
            health.Worsen(reason, exception);
        }

        Fail(batch, new AppendResult(isUnknown ? AppendOutcome.Unknown : AppendOutcome.Unavailable, reason));
        Fail(queue.Refuse(reason), new AppendResult(AppendOutcome.Unavailable, reason));
        await CloseAsync().ConfigureAwait(false);
        await RecoverAsync().ConfigureAwait(false);
    }

    private async Task RecoverAsync()
    {
        while (!_abandoned.IsCancellationRequested && !queue.IsClosed)
        {
            await queue.WhenClosedAsync(limits.ProbeInterval).ConfigureAwait(false);
            try
            {
                using var limit = Limit();
                _connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
                names.Clear();

                // A real commit, without a table to grow.
                await using var probe = _connection.CreateCommand();
                probe.CommandText = "SELECT pg_logical_emit_message(true, 'thunderstack', 'probe')";
                await probe.ExecuteNonQueryAsync(limit.Token).ConfigureAwait(false);

                // In this order: who reads that the store is healthy is let in.
                queue.SetRefusal(null);
                health.Heal();
                Recovered();
                return;
            }
            catch (Exception exception)
            {
                var reason = PostgreSqlFailure.Describe(exception);
                health.Worsen(reason, exception);
                queue.SetRefusal(reason);
                await CloseAsync().ConfigureAwait(false);
            }
        }
    }

    private CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
        limit.CancelAfter(limits.StatementTimeout);
        return limit;
    }

    private async Task CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void Fail(List<AppendOperation> operations, AppendResult result) =>
        operations.ForEach(operation => operation.Complete(result));

    private static partial class Log
    {
        [LoggerMessage(EventId = 3111, Level = LogLevel.Error, Message = "An event cannot be stored by its own fault: {Reason}")]
        public static partial void OperationFailed(ILogger logger, string reason, Exception? exception);
    }
}

using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.PostgreSql.Replicas;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Stores appends, one batch at a time: while one is on its way the next one gathers, and all that wait share a round trip
/// and a commit.
/// </summary>
/// <remarks>
/// It has a thread of its own, which blocks: a continuation would wait behind every request that the thread pool has, and
/// all of them wait for it.
/// </remarks>
internal sealed partial class AppendWriter(
    NpgsqlDataSource source, AppendQueue queue, AppendStatement statement, KnownNames names, StalledSessions stalled, StoreHealth health,
    InboxLimits limits, ILogger logger)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private List<PendingAppend>? _running;
    private long _runningSince;
    private volatile bool _isAbandoned;
    private NpgsqlConnection? _connection;

    // A connection that has died costs no answer: what is left of the time that a sender has is enough for another one.
    private static readonly TimeSpan SecondTryWithin = TimeSpan.FromSeconds(1);

    /// <summary>Called with the nodes that a commit stored events of, before those who sent them learn of it.</summary>
    public required Action<IReadOnlyCollection<int>> Stored { get; init; }

    /// <summary>Called when the database works again: what a lost answer left behind is in the tables only.</summary>
    public required Action Recovered { get; init; }

    public void Start()
    {
        new Thread(Run) { IsBackground = true, Name = "ThunderStack inbox writer" }.Start();
        _ = WatchAsync();
    }

    /// <summary>Lets nothing in any more, writes what waits, and lets go of the connection.</summary>
    public Task StopAsync()
    {
        queue.Close();
        return _ended.Task;
    }

    /// <summary>Ends as a killed process would.</summary>
    public Task AbandonAsync()
    {
        _isAbandoned = true;
        return StopAsync();
    }

    private void Run()
    {
        while (queue.Take() is { Count: > 0 } batch)
        {
            lock (_gate)
            {
                (_running, _runningSince) = (batch, MachineClock.Milliseconds);
            }

            try
            {
                Write(batch);
            }
            catch (Exception exception)
            {
                // Nothing above lets an exception through; should one come, nobody may wait for ever.
                Suspend(batch, exception, isAsked: true);
            }
        }

        Close();
        _ended.TrySetResult();
    }

    /// <summary>
    /// Answers for a writer that is stuck: a connection that hangs takes longer to be given up than a sender may wait.
    /// </summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(limits.ProbeInterval / 2);
        while (!_ended.Task.IsCompleted && await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            const string Reason = "the database does not answer in time: check it and the network to it";
            lock (_gate)
            {
                if (_running is null || MachineClock.Milliseconds - _runningSince < limits.StatementTimeout.TotalMilliseconds)
                {
                    continue;
                }

                // All of it before the writer can end the batch, which lets appends in again.
                _running.ForEach(operation => operation.Answer(new AppendResult(AppendOutcome.Unknown, Reason)));
                health.Worsen(Reason, null);
                Fail(queue.Refuse(Reason), new AppendResult(AppendOutcome.Unavailable, Reason));
            }
        }
    }

    private void EndRunning()
    {
        lock (_gate)
        {
            _running = null;
        }
    }

    private void Write(List<PendingAppend> batch)
    {
        var isAsked = false;
        try
        {
            ObjectDisposedException.ThrowIf(_isAbandoned, this);

            // The same event twice in one batch: the second is a duplicate of the first.
            var first = batch.DistinctBy(operation => operation.Entry.Id).ToList();
            Complete(batch, first, Store(first, ref isAsked));
        }
        catch (Exception exception) when (batch.Count > 1 && PostgreSqlFailure.IsOfOperation(exception))
        {
            // One event spoiled the transaction of all: find out which, and fail only that one.
            Close();
            EndRunning();
            batch.ForEach(operation => Write([operation]));
        }
        catch (Exception exception) when (PostgreSqlFailure.IsOfOperation(exception))
        {
            Close();
            EndRunning();
            var reason = PostgreSqlFailure.Describe(exception);
            Log.OperationFailed(logger, reason, exception);
            batch[0].Answer(new AppendResult(AppendOutcome.Unavailable, reason));
        }
        catch (Exception exception)
        {
            Suspend(batch, exception, isAsked);
        }
    }

    private (StoredAs As, int Node)[] Store(List<PendingAppend> appends, ref bool isAsked)
    {
        var startedAt = MachineClock.Milliseconds;
        try
        {
            return StoreOnce(appends, ref isAsked);
        }
        catch (Exception exception) when (!_isAbandoned && PostgreSqlFailure.EndsConnection(exception)
            && MachineClock.Milliseconds - startedAt < SecondTryWithin.TotalMilliseconds)
        {
            // Idle for long, it may have been ended from elsewhere. What was committed all the same is a duplicate now; for the
            // handlers it counts as new.
            Drop();
            var stored = StoreOnce(appends, ref isAsked);
            Stored([.. stored.Where(result => result.As == StoredAs.Duplicate).Select(result => result.Node).Distinct()]);
            return stored;
        }
    }

    private (StoredAs As, int Node)[] StoreOnce(List<PendingAppend> appends, ref bool isAsked)
    {
        _connection ??= source.OpenConnection();
        names.Add(_connection, appends);
        isAsked = true;
        var stored = statement.Execute(_connection, appends);
        if (!stored.Any(result => result.As == StoredAs.Unnamed))
        {
            return stored;
        }

        // The database is not the one that the names were added to.
        names.Clear();
        names.Add(_connection, appends);
        var again = statement.Execute(_connection, appends);
        return again.Any(result => result.As == StoredAs.Unnamed)
            ? throw new NpgsqlException("the database forgets the nodes that were just added to it")
            : [.. stored.Zip(again, (before, now) => before.As == StoredAs.New ? before : now)];
    }

    private void Complete(List<PendingAppend> batch, List<PendingAppend> first, (StoredAs As, int Node)[] stored)
    {
        EndRunning();

        // A batch that came through after all, late: what came meanwhile was refused.
        if (!health.Current.IsHealthy)
        {
            queue.SetRefusal(null);
            health.Heal();
        }

        // Dispatch learns of the events before their senders do.
        Stored([.. stored.Where(result => result.As == StoredAs.New).Select(result => result.Node).Distinct()]);
        var fresh = first.Where((_, i) => stored[i].As == StoredAs.New).ToHashSet();
        batch.ForEach(operation => operation.Answer(new AppendResult(fresh.Contains(operation) ? AppendOutcome.Stored : AppendOutcome.Duplicate)));
    }

    /// <summary>The database fails: everything is refused until it works again.</summary>
    private void Suspend(List<PendingAppend> batch, Exception exception, bool isAsked)
    {
        var reason = PostgreSqlFailure.Describe(exception);
        var isUnknown = isAsked && !PostgreSqlFailure.IsRolledBack(exception);
        EndRunning();
        if (!_isAbandoned)
        {
            health.Worsen(reason, exception);
        }

        Fail(batch, new AppendResult(isUnknown ? AppendOutcome.Unknown : AppendOutcome.Unavailable, reason));
        Fail(queue.Refuse(reason), new AppendResult(AppendOutcome.Unavailable, reason));
        Drop();
        Recover();
    }

    private void Recover()
    {
        while (!_isAbandoned && !queue.IsClosed)
        {
            queue.Rest(limits.ProbeInterval);
            try
            {
                _connection = source.OpenConnection();
                stalled.End(_connection);

                // The statement of an append without an event, which needs every table and lock that an append needs; and then a
                // real commit, without a table to grow.
                statement.Execute(_connection, []);
                using var probe = _connection.CreateCommand();
                probe.CommandText = "SELECT pg_logical_emit_message(true, 'thunderstack', 'probe')";
                probe.CommandTimeout = limits.StatementSeconds;
                probe.ExecuteNonQuery();

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
                Drop();
            }
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    // Whatever ended this connection may have ended, or spoiled, the others that are idle.
    private void Drop()
    {
        Close();
        source.Clear();
        names.Clear();
    }

    private static void Fail(List<PendingAppend> operations, AppendResult result) =>
        operations.ForEach(operation => operation.Answer(result));

    private static partial class Log
    {
        [LoggerMessage(EventId = 3111, Level = LogLevel.Error, Message = "An event cannot be stored by its own fault: {Reason}")]
        public static partial void OperationFailed(ILogger logger, string reason, Exception? exception);
    }
}

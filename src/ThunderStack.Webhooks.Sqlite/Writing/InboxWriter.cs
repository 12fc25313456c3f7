using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>
/// The one thread that writes. While it commits one batch, the next one gathers: all that wait share a commit.
/// </summary>
internal sealed partial class InboxWriter : IAsyncDisposable
{
    private const int MaxBatch = 1_024;

    private readonly WriteQueue _queue;
    private readonly NodeBook _nodes;
    private readonly DeliveryBoard _board;
    private readonly RateCounts _rates;
    private readonly StoreHealth _health;
    private readonly Func<Database> _open;
    private readonly InboxLimits _limits;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(HandlerQueue Queue, long Through)> _savedThrough = [];
    private WriteSession? _session;
    private long _lastSeq;
    private long _savedAt = MachineClock.Milliseconds;
    private long _batchBegan;

    public InboxWriter(
        Database database, Func<Database> open, WriteQueue queue, NodeBook nodes, DeliveryBoard board, RateCounts rates,
        StoreHealth health, InboxLimits limits, ILogger logger)
    {
        _open = open;
        _queue = queue;
        _nodes = nodes;
        _board = board;
        _rates = rates;
        _health = health;
        _limits = limits;
        _logger = logger;
        _session = new WriteSession(database, nodes, limits.Fault);
        _lastSeq = _session.LastSeq;
    }

    /// <summary>For how long the running batch has been at it, by the machine's clock: a disk hangs in real time.</summary>
    public TimeSpan BatchAge =>
        Interlocked.Read(ref _batchBegan) is var began && began != 0
            ? TimeSpan.FromMilliseconds(MachineClock.Milliseconds - began)
            : TimeSpan.Zero;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "ThunderStack inbox writer" }.Start();

    /// <summary>Lets nothing in any more, writes what waits, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                if (!_health.IsHealthy && !Recover())
                {
                    if (_queue.Rest(_limits.ProbeInterval))
                    {
                        break;
                    }

                    continue;
                }

                var batch = _queue.Take(MaxBatch);
                if (batch.Count > 0)
                {
                    Write(batch);
                }
                else if (_queue.IsDrained)
                {
                    break;
                }
            }

            Close();
            _ended.TrySetResult();
        }
        catch (Exception exception)
        {
            // Nothing above lets an exception through; should one come, appends must be refused rather than wait for ever.
            _health.Worsen($"the writer ended: {exception.Message}", exception, isDamaged: true);
            _queue.SetRefusal(exception.Message);
            FailAll(_queue.RemoveRefusable(), new WriteFailure(exception.Message, Cause: exception));
            _session?.Dispose();
            _ended.TrySetResult();
        }
    }

    private void Write(IReadOnlyList<IWriteOperation> batch)
    {
        var failure = TryWrite(batch);
        if (failure is null)
        {
            Complete(batch);
            return;
        }

        var kind = SqliteFailure.Classify(failure.Cause!);
        if (kind == FailureKind.Operation && !failure.CommitBegun)
        {
            _queue.EndBatch();
            FailOneByOne(batch.ToList(), failure);
            return;
        }

        Suspend(batch, failure, kind);
    }

    /// <summary>One transaction. Returns what failed, or <see langword="null"/> once it is on disk.</summary>
    private WriteFailure? TryWrite(IReadOnlyList<IWriteOperation> batch)
    {
        var session = _session!;
        var commitBegun = false;
        Interlocked.Exchange(ref _batchBegan, MachineClock.Milliseconds);
        try
        {
            session.Begin();
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Execute(session);
            }

            session.WriteNodeStates();
            // Here alone: counts that are written twice in one transaction count twice.
            var isSaving = IsTimeToSave() || batch is [FlushOperation];
            if (isSaving)
            {
                SaveSettledThrough(session);
                HandlerRates.Save(session.Database, _rates.All);
            }

            commitBegun = true;
            session.Commit();
            _lastSeq = session.LastSeq;
            if (isSaving)
            {
                _rates.Clear();
            }

            foreach (var (queue, through) in _savedThrough)
            {
                queue.SavedThrough = through;
            }

            return null;
        }
        catch (Exception exception)
        {
            session.Rollback();
            return new WriteFailure(SqliteFailure.Describe(exception), commitBegun, exception);
        }
        finally
        {
            _savedThrough.Clear();
            Interlocked.Exchange(ref _batchBegan, 0);
        }
    }

    private void Complete(IReadOnlyList<IWriteOperation> batch)
    {
        // Dispatch learns of the events before their senders do, and in the order of commits.
        _board.Publish(_session!.Stored);
        _queue.EndBatch();
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Complete();
        }
    }

    /// <summary>One operation spoiled the transaction of all: find out which, and fail only that one.</summary>
    private void FailOneByOne(List<IWriteOperation> batch, WriteFailure failure)
    {
        if (batch.Count == 1)
        {
            Log.OperationFailed(_logger, failure.Reason, failure.Cause);
            batch[0].Fail(failure);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            IWriteOperation[] single = [batch[i]];
            if (TryWrite(single) is not { } own)
            {
                Complete(single);
            }
            else if (SqliteFailure.Classify(own.Cause!) is var kind && (kind != FailureKind.Operation || own.CommitBegun))
            {
                Suspend(batch[i..], own, kind);
                return;
            }
            else
            {
                FailOneByOne([batch[i]], own);
            }
        }
    }

    /// <summary>The store fails: what can wait waits, everything else is refused until a probe succeeds.</summary>
    private void Suspend(IReadOnlyList<IWriteOperation> batch, WriteFailure failure, FailureKind kind)
    {
        if (kind != FailureKind.Transient || failure.CommitBegun)
        {
            // What a commit that failed has left on disk is read anew.
            CloseSession();
        }

        _health.Worsen(failure.Reason, failure.Cause, kind == FailureKind.Damaged);
        _queue.SetRefusal(failure.Reason);
        _queue.EndBatch();
        var kept = batch.Where(operation => operation.IsKept).ToList();
        var refused = batch.Where(operation => !operation.IsKept).ToList();
        _queue.PutBack(kept);
        FailAll(refused, failure);
        FailAll(_queue.RemoveRefusable(), failure with { CommitBegun = false });
    }

    /// <summary>Tries a real write. Returns whether the store works again.</summary>
    private bool Recover()
    {
        if (_health.IsDamaged)
        {
            return false;
        }

        try
        {
            if (_session is null)
            {
                _session = new WriteSession(_open(), _nodes, _limits.Fault);
                PublishUnknown();
            }

            _session.Begin();
            _session.Probe();
            _session.Commit();
            // In this order: who reads that the store is healthy is let in.
            _queue.SetRefusal(null);
            _health.Heal();
            return true;
        }
        catch (Exception exception)
        {
            _session?.Rollback();
            var kind = SqliteFailure.Classify(exception);
            if (kind != FailureKind.Transient)
            {
                CloseSession();
            }

            var reason = SqliteFailure.Describe(exception);
            _health.Worsen(reason, exception, kind == FailureKind.Damaged);
            _queue.SetRefusal(reason);
            return false;
        }
    }

    /// <summary>A commit whose result was not known may have reached the disk after all: then its events are to be dispatched.</summary>
    private void PublishUnknown()
    {
        if (_session!.LastSeq < _lastSeq)
        {
            throw new SqliteException("events that were confirmed are missing", SQLitePCL.raw.SQLITE_CORRUPT);
        }

        if (_session.LastSeq > _lastSeq)
        {
            _board.Publish(_session.ReadSince(_lastSeq));
            _lastSeq = _session.LastSeq;
        }
    }

    private bool IsTimeToSave()
    {
        if (MachineClock.Milliseconds - _savedAt < _limits.SaveInterval.TotalMilliseconds)
        {
            return false;
        }

        _savedAt = MachineClock.Milliseconds;
        return true;
    }

    private void SaveSettledThrough(WriteSession session)
    {
        foreach (var queue in _board.Queues)
        {
            if (queue.SettledThrough is var through && through > queue.SavedThrough)
            {
                session.SaveSettledThrough(queue.Id, through);
                _savedThrough.Add((queue, through));
            }
        }
    }

    private void Close()
    {
        if (_session is not null && _health.IsHealthy)
        {
            _savedAt = 0;
            if (TryWrite([]) is { } failure)
            {
                Log.OperationFailed(_logger, failure.Reason, failure.Cause);
            }
        }

        if (_queue.Count > 0)
        {
            Log.Unwritten(_logger, _queue.Count);
            FailAll(_queue.RemoveAll(), new WriteFailure("the inbox was closed while it could not be written"));
        }

        CloseSession();
    }

    private void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }

    private static void FailAll(List<IWriteOperation> operations, WriteFailure failure)
    {
        foreach (var operation in operations)
        {
            operation.Fail(failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3011, Level = LogLevel.Error, Message = "A write to the inbox failed by its own fault: {Reason}")]
        public static partial void OperationFailed(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(EventId = 3012, Level = LogLevel.Warning,
            Message = "The inbox closes while it cannot be written: {Count} results are lost, their deliveries will be made again")]
        public static partial void Unwritten(ILogger logger, int count);
    }
}

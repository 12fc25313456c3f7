using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>The parts of an inbox between opening and closing.</summary>
internal sealed partial class OpenInbox : IAsyncDisposable
{
    private readonly string _path;
    private readonly InboxLimits _limits;
    private readonly ILogger _logger;
    private readonly OwnerLock _owner;
    private readonly EntryReader _reader;
    private readonly UnreadableDeliveries _unreadable;
    private readonly StoreHealth _health;
    private readonly InboxWriter _writer;
    private readonly HangWatchdog _watchdog;

    private OpenInbox(
        string path, OwnerLock owner, DatabaseOpener opener, Database database, InboxLimits limits, TimeProvider time, ILogger logger)
    {
        _path = path;
        _limits = limits;
        _logger = logger;
        _owner = owner;
        _reader = new EntryReader(path, DatabaseOpener.BusyTimeout);
        _health = new StoreHealth(logger, path, time);
        var nodes = new NodeBook();
        _unreadable = new UnreadableDeliveries(time, logger);
        Board = new DeliveryBoard(_reader, _unreadable);
        Writes = new WriteQueue(limits.WaitingAppends);
        _writer = new InboxWriter(database, opener.OpenAgain, Writes, nodes, Board, _health, limits, logger);
        _watchdog = new HangWatchdog(_writer, Writes, _health, limits.HungAfter);
        Commands = new CommandRunner(Writes);
        Queries = new InboxQueries(path, Commands);
        Registration = new HandlerRegistration(path, Commands, Board, nodes, time, logger);
        Registration.LoadKnown(database);
        DeadLetters = new DeadLetterCommands(Queries, Commands, Board, nodes, time);
        Retention = new RetentionCommand(Queries, Commands, Board, limits.RetentionSlice);
        Keys = new TrustedKeys(Queries, Commands);
    }

    public InboxHealth Health => _health.Current is { IsHealthy: false } failing ? failing : new InboxHealth(true, _unreadable.Problem);

    public DeliveryBoard Board { get; }

    public WriteQueue Writes { get; }

    public CommandRunner Commands { get; }

    public InboxQueries Queries { get; }

    public HandlerRegistration Registration { get; }

    public DeadLetterCommands DeadLetters { get; }

    public RetentionCommand Retention { get; }

    public TrustedKeys Keys { get; }

    public static OpenInbox Open(
        InboxOptions options, SqliteInboxOptions sqliteOptions, InboxLimits limits, TimeProvider time, ILogger logger)
    {
        var path = DatabaseLocation.Resolve(options.ConnectionString);
        var synchronous = CheckSynchronous(options, sqliteOptions, logger);
        DirectorySync.Create(Path.GetDirectoryName(path)!);
        var owner = OwnerLock.Take(path);
        Database? database = null;
        try
        {
            var opener = new DatabaseOpener(path, synchronous);
            database = opener.OpenFirst(version => Log.Upgrading(logger, path, version, Schema.Version));
            var open = new OpenInbox(path, owner, opener, database, limits, time, logger);
            open.LogOpened(database);
            open._writer.Start();
            return open;
        }
        catch (Exception exception)
        {
            database?.Dispose();
            owner.Dispose();
            if (exception is SqliteException)
            {
                throw new InboxOpenException($"The inbox '{path}' cannot be opened: {SqliteFailure.Describe(exception)}", exception);
            }

            throw;
        }
    }

    public ValueTask Settle(SqliteDelivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        if (settlement.Outcome == DeliveryOutcome.Released)
        {
            delivery.Queue.Return(delivery.Seq, delivery.Node, delivery.Attempt - 1);
            return ValueTask.CompletedTask;
        }

        var state = settlement.Outcome switch
        {
            DeliveryOutcome.Succeeded => DeliveryState.Succeeded,
            DeliveryOutcome.Retry => DeliveryState.Scheduled,
            DeliveryOutcome.DeadLettered => DeliveryState.DeadLettered,
            _ => throw new ArgumentOutOfRangeException(nameof(settlement), settlement.Outcome, "Unknown outcome."),
        };
        var operation = new SettleOperation(
            delivery, state, settlement, failure => Log.SettlementDropped(_logger, delivery.Handler, delivery.Entry.Id, failure));
        var written = Writes.Count >= _limits.WaitingSettlements ? operation.WhenWritten() : null;

        // The wait begins with the end of the attempt, not when that is on disk.
        var endedAt = delivery.Queue.Now();

        // Handed to the writer before the lane moves on: what is on disk of a lane is always a beginning of it.
        _ = Writes.TryEnqueue(operation);
        if (settlement.Outcome == DeliveryOutcome.Retry)
        {
            delivery.Queue.Return(delivery.Seq, delivery.Node, delivery.Attempt, settlement.Delay, endedAt);
        }
        else
        {
            delivery.Queue.Finish(delivery.Seq, delivery.Node);
        }

        return written is null ? ValueTask.CompletedTask : new ValueTask(written.WaitAsync(cancellationToken));
    }

    /// <summary>Refuses what comes, writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        Board.Dispose();
        _reader.Dispose();
        await _writer.DisposeAsync().ConfigureAwait(false);
        _watchdog.Dispose();
        Registration.Dispose();
        _owner.Dispose();
        Log.Closed(_logger, _path);
    }

    private static string CheckSynchronous(InboxOptions options, SqliteInboxOptions sqliteOptions, ILogger logger)
    {
        if (SqliteInboxOptionsValidator.FindSynchronousProblem(sqliteOptions.Synchronous, options.AllowDataLoss) is { } problem)
        {
            throw new InboxOpenException(problem);
        }

        var synchronous = sqliteOptions.Synchronous.ToUpperInvariant();
        if (synchronous == SqliteInboxOptionsValidator.Normal)
        {
            Log.DataLossAllowed(logger);
        }

        return synchronous;
    }

    private void LogOpened(Database database)
    {
        var last = database.ReadInt64("SELECT max(seq) FROM events");
        var first = database.ReadInt64("SELECT min(seq) FROM events");
        var dead = database.ReadInt64("SELECT count(*) FROM deliveries WHERE state = 3");
        var events = last == 0 ? 0 : last - first + 1;
        var size = new FileInfo(_path).Length / 1024;
        Log.Opened(_logger, _path, events, dead, size);
    }

    private static partial class Log
    {
        // Counting rows would read the whole file, so the number of events is the span that retention has left.
        [LoggerMessage(EventId = 3021, Level = LogLevel.Information,
            Message = "The inbox {Path} is open: about {Events} events, {DeadLetters} dead letters, {KiB} KiB")]
        public static partial void Opened(ILogger logger, string path, long events, long deadLetters, long kiB);

        [LoggerMessage(EventId = 3022, Level = LogLevel.Information, Message = "The inbox {Path} is closed")]
        public static partial void Closed(ILogger logger, string path);

        [LoggerMessage(EventId = 3023, Level = LogLevel.Warning,
            Message = "ThunderStack:Inbox:AllowDataLoss is on and Synchronous is Normal: A POWER CUT LOSES EVENTS THAT WERE ANSWERED 200")]
        public static partial void DataLossAllowed(ILogger logger);

        [LoggerMessage(EventId = 3024, Level = LogLevel.Error,
            Message = "The result of handler {Handler} for event {Event} cannot be recorded; a restart makes the delivery again")]
        public static partial void SettlementDropped(ILogger logger, string handler, Events.EventId @event, Exception exception);

        [LoggerMessage(EventId = 3025, Level = LogLevel.Information,
            Message = "The inbox {Path} is upgraded from schema {From} to {To}; of a million events this takes some seconds")]
        public static partial void Upgrading(ILogger logger, string path, long from, int to);
    }
}

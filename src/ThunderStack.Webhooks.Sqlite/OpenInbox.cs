using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>The parts of an inbox between opening and closing.</summary>
internal sealed partial class OpenInbox : IOpenInbox
{
    private readonly string _path;
    private readonly InboxLimits _limits;
    private readonly ILogger _logger;
    private readonly OwnerLock _owner;
    private readonly EntryReader _reader;
    private readonly UnreadableDeliveries _unreadable;
    private readonly StoreHealth _health;
    private readonly DeliveryBoard _board;
    private readonly RateCounts _rates = new();
    private readonly WriteQueue _writes;
    private readonly HandlerRegistration _registration;
    private readonly InboxWriter _writer;
    private readonly HangWatchdog _watchdog;
    private readonly Func<CancellationToken, Task<InboxMeasures>> _measure;

    private OpenInbox(
        string path, OwnerLock owner, DatabaseOpener opener, Database database, InboxLimits limits, TimeProvider time, ILogger logger)
    {
        _path = path;
        _limits = limits;
        _logger = logger;
        _owner = owner;
        _reader = new EntryReader(path, DatabaseOpener.BusyTimeout);
        _health = new StoreHealth(path, logger);
        var nodes = new NodeBook();
        var latest = new LatestConditionEvents();
        _unreadable = new UnreadableDeliveries(time, logger);
        _board = new DeliveryBoard(_reader, _unreadable, latest);
        _writes = new WriteQueue(limits.WaitingAppends);
        _writer = new InboxWriter(database, opener.OpenAgain, _writes, nodes, _board, _rates, _health, limits, logger);
        _watchdog = new HangWatchdog(_writer, _writes, _health, limits.HungAfter);
        var commands = new CommandRunner(_writes);
        var queries = new InboxQueries(() => Database.OpenReadOnly(path, DatabaseOpener.BusyTimeout), commands.FlushAsync);
        Queries = queries;
        _measure = async token =>
        {
            await commands.FlushAsync(token).ConfigureAwait(false);
            return await queries.ReadAsync(asked => InboxGauges.Measure(asked, path), token).ConfigureAwait(false);
        };
        _registration = new HandlerRegistration(path, commands, _board, nodes, time, logger);
        _registration.LoadKnown(database);
        DeadLetters = new DeadLetterCommands(queries, commands, _board, nodes, time);
        var handlers = new HandlerCommands(commands, time);
        handlers.Load(database);
        Handlers = handlers;
        Retention = new RetentionCommand(queries, commands, _board, limits.RetentionSlice);
        Keys = new TrustedKeys(queries, commands);
        CookieKeys = new CookieKeys(queries, commands);
        var conditions = new ConditionCommands(commands, latest);
        conditions.LoadLatest(database);
        Conditions = conditions;
        Actions = new ActionCommands(commands, time);
    }

    public InboxHealth Health => _health.Current is { IsHealthy: false } failing ? failing : new InboxHealth(true, _unreadable.Problem);

    public IInboxQueries Queries { get; }

    public IDeadLetterCommands DeadLetters { get; }

    public IHandlerCommands Handlers { get; }

    public IRetentionCommand Retention { get; }

    public IPublicKeyStore Keys { get; }

    public ICookieKeyStore CookieKeys { get; }

    public IConditionStore Conditions { get; }

    public IActionStore Actions { get; }

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

    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        var operation = new AppendOperation(entry, key);
        if (_writes.TryEnqueue(operation) is { } refusal)
        {
            operation.Fail(new WriteFailure(refusal));
        }

        return operation.ResultAsync(cancellationToken);
    }

    public Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken) =>
        _registration.RegisterAsync(handlers, ordering).WaitAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken) =>
        _board.ClaimAsync(handler, max, cancellationToken);

    public async ValueTask<Delivery?> SettleAsync(
        ClaimedDelivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken)
    {
        // The next delivery is in memory: whoever wants it claims it.
        await SettleAsync((SqliteDelivery)delivery, settlement, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private ValueTask SettleAsync(SqliteDelivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        if (settlement.Outcome == DeliveryOutcome.Released)
        {
            delivery.Queue.Return(delivery.Seq, delivery.Node, delivery.Attempt - 1);
            return ValueTask.CompletedTask;
        }

        var operation = new SettleOperation(
            delivery, settlement.Outcome.ToState(), settlement, _rates, failure => Log.SettlementDropped(_logger, delivery.Handler, delivery.Entry.Id, failure));
        var written = _writes.Count >= _limits.WaitingSettlements ? operation.WhenWritten() : null;

        // The wait begins with the end of the attempt, not when that is on disk.
        var endedAt = delivery.Queue.Now();

        // Handed to the writer before the lane moves on: what is on disk of a lane is always a beginning of it.
        _ = _writes.TryEnqueue(operation);
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

    public Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken) => _measure(cancellationToken);

    /// <summary>Refuses what comes, writes what waits, and closes the file.</summary>
    public async Task CloseAsync()
    {
        _board.Dispose();
        _reader.Dispose();
        await _writer.DisposeAsync().ConfigureAwait(false);
        _watchdog.Dispose();
        _registration.Dispose();
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
        public static partial void SettlementDropped(ILogger logger, string handler, WebhookEventId @event, Exception exception);

        [LoggerMessage(EventId = 3025, Level = LogLevel.Information,
            Message = "The inbox {Path} is upgraded from schema {From} to {To}; of a million events this takes some seconds")]
        public static partial void Upgrading(ILogger logger, string path, long from, int to);
    }
}

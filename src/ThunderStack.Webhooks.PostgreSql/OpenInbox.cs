using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Administration;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Moving;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>The parts of an inbox between opening and closing.</summary>
internal sealed partial class OpenInbox : IOpenInbox
{
    // An operator's question may take longer than an event may wait.
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _source;
    private readonly ILogger _logger;
    private readonly StoreHealth _health;
    private readonly DeliveryBoard _board = new();
    private readonly AppendQueue _appends;
    private readonly AppendWriter _appendWriter;
    private readonly Claimer _claimer;
    private readonly SettleWriter _settleWriter;
    private readonly HandlerRegistration _registration;
    private readonly Sweeper _sweeper;
    private readonly WakeUps _wakeUps;
    private readonly InboxGauges _gauges;
    private readonly RateWriter _rates;
    private readonly HandlerCommands _handlers;
    private readonly HintExchange _hints;

    private OpenInbox(
        NpgsqlDataSource source, SchemaName schema, bool allowDataLoss, InboxLimits limits, TimeProvider time, ILogger logger)
    {
        _source = source;
        _logger = logger;
        var settings = new TransactionSettings(limits.StatementTimeout, allowDataLoss);
        var patientSettings = new TransactionSettings(QueryTimeout, allowDataLoss);
        var names = new KnownNames(schema, settings, limits.StatementTimeout);
        _health = new StoreHealth($"in schema {schema.Value}", logger);
        _appends = new AppendQueue(limits.WaitingAppends);
        _wakeUps = new WakeUps(source, schema, _board, limits, logger);
        var append = new AppendStatement(schema, settings, limits.StatementTimeout);
        var stalled = new StalledSessions(schema, limits, logger);
        _appendWriter = new AppendWriter(source, _appends, append, names, stalled, _health, limits, logger)
        {
            Stored = Announce,
            Recovered = () => _board.Touch(null),
        };
        var (claimInOrder, claimAny) = (Claim(DeliveryOrdering.PerNode), Claim(DeliveryOrdering.None));
        var (settleInOrder, settleAny) = (Settle(claimInOrder, DeliveryOrdering.PerNode), Settle(claimAny, DeliveryOrdering.None));
        _claimer = new Claimer(source, ordering => ordering == DeliveryOrdering.PerNode ? claimInOrder : claimAny, limits, logger)
        {
            GiveBack = delivery => _settleWriter!.AddAsync(delivery, new Settlement(DeliveryOutcome.Released, default), takesNext: false),
        };
        _rates = new RateWriter(source, schema, settings);
        _settleWriter = new SettleWriter(
            source, _board, ordering => ordering == DeliveryOrdering.PerNode ? settleInOrder : settleAny, _claimer, _rates, limits, logger);
        _registration = new HandlerRegistration(source, schema, settings, _board, time, limits, logger);
        var paused = new PausedHandlers();
        _sweeper = new Sweeper(source, schema, _board, _registration, _wakeUps, stalled, paused, limits, logger);
        var queries = new InboxQueries(source, schema, patientSettings);
        Queries = queries;
        _gauges = new InboxGauges(queries, schema);
        _hints = new HintExchange(_wakeUps, queries);
        DeadLetters = new DeadLetterCommands(source, schema, patientSettings, queries, _board, _wakeUps);
        _handlers = new HandlerCommands(schema, queries, paused, _wakeUps, time);
        Retention = new RetentionCommand(source, schema, patientSettings, _registration, limits);
        Keys = new TrustedKeys(source, schema, patientSettings, queries);
        CookieKeys = new CookieKeys(schema, queries);
        Conditions = new ConditionCommands(source, schema, settings, append) { Stored = Announce };
        Actions = new ActionCommands(source, schema, settings, append) { Stored = Announce };

        void Announce(IReadOnlyCollection<int> nodes)
        {
            _board.Touch(nodes);
            _wakeUps.Add(nodes);
        }

        ClaimStatement Claim(DeliveryOrdering ordering) => new(schema, settings, ordering, limits.Lease);

        SettleStatement Settle(ClaimStatement claim, DeliveryOrdering ordering) => new(schema, settings, claim, ordering, limits.Lease);
    }

    public InboxHealth Health => _health.Current;

    public IInboxQueries Queries { get; }

    public IHintExchange? Hints => _hints;

    public IDeadLetterCommands DeadLetters { get; }

    public IHandlerCommands Handlers => _handlers;

    public IRetentionCommand Retention { get; }

    public IPublicKeyStore Keys { get; }

    public ICookieKeyStore CookieKeys { get; }

    public IConditionStore Conditions { get; }

    public IActionStore Actions { get; }

    /// <exception cref="InboxOpenException">The database cannot be used as it is; it was left untouched.</exception>
    public static async Task<OpenInbox> OpenAsync(
        InboxOptions options, PostgreSqlInboxOptions postgreSqlOptions, InboxLimits limits, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        var schema = SchemaName.Parse(postgreSqlOptions.Schema, "ThunderStack:Inbox:Schema");
        var server = await Patience.RunAsync(
            token => PrepareAsync(options, schema, limits, token),
            ConnectionSettings.Describe(options.ConnectionString),
            limits,
            logger,
            cancellationToken).ConfigureAwait(false);
        if (server.LosesData is { } setting)
        {
            Log.DataLossAllowed(logger, setting);
        }

        if (server.IsPooled)
        {
            Log.Pooled(logger, limits.BusySweep.TotalSeconds);
        }

        var source = ConnectionSettings.CreateSource(options.ConnectionString, limits.ConnectTimeout, server.IsPooled);
        try
        {
            var open = new OpenInbox(source, schema, options.AllowDataLoss, limits, time, logger);
            open._appendWriter.Start();
            open._settleWriter.Start();
            open._sweeper.Start();
            if (!server.IsPooled)
            {
                open._wakeUps.Listen();
                open._hints.Start();
            }

            Log.Opened(logger, schema.Value);
            return open;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        var operation = new PendingAppend(entry, key);
        if (_appends.TryEnqueue(operation) is { } refusal)
        {
            operation.Answer(new AppendResult(AppendOutcome.Unavailable, refusal));
        }

        return operation.ResultAsync(cancellationToken);
    }

    public async Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        await _registration.RegisterAsync(handlers, ordering, cancellationToken).ConfigureAwait(false);
        await _handlers.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken) =>
        _board.Find(handler) is { } lanes
            ? _claimer.ClaimAsync(lanes, max, cancellationToken)
            : throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");

    public ValueTask<Delivery?> SettleAsync(ClaimedDelivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken) =>
        new(_settleWriter.AddAsync((PostgreSqlDelivery)delivery, settlement, takesNext).WaitAsync(cancellationToken));

    public Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken) => _gauges.MeasureAsync(cancellationToken);

    /// <summary>Refuses what comes, writes what waits, lets go of what is held, and closes the connections.</summary>
    public async Task CloseAsync()
    {
        foreach (var handler in _board.Handlers)
        {
            foreach (var lane in handler.Close())
            {
                _ = _settleWriter.GiveBackAsync(handler, lane);
            }
        }

        await _hints.StopAsync().ConfigureAwait(false);
        await _sweeper.StopAsync().ConfigureAwait(false);
        await _appendWriter.StopAsync().ConfigureAwait(false);
        await _settleWriter.StopAsync().ConfigureAwait(false);
        await _rates.StopAsync().ConfigureAwait(false);
        await _wakeUps.StopAsync().ConfigureAwait(false);
        try
        {
            // Others take over at once.
            await _registration.LeaveAsync().ConfigureAwait(false);
            await _wakeUps.SendAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // They find out by sweeping.
        }

        await _source.DisposeAsync().ConfigureAwait(false);
        Log.Closed(_logger);
    }

    /// <summary>Leaves everything as a killed process would: for tests.</summary>
    public async Task AbandonAsync()
    {
        await Task.WhenAll(_appendWriter.AbandonAsync(), _settleWriter.AbandonAsync(), _rates.AbandonAsync(), _sweeper.StopAsync(), _hints.StopAsync()).ConfigureAwait(false);
        foreach (var handler in _board.Handlers)
        {
            handler.Close();
        }

        await _wakeUps.StopAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ServerCheck> PrepareAsync(
        InboxOptions options, SchemaName schema, InboxLimits limits, CancellationToken cancellationToken)
    {
        await using var source = ConnectionSettings.CreateSource(options.ConnectionString, limits.ConnectTimeout, isPooled: true);
        var server = await ServerCheck.RunAsync(source, options.AllowDataLoss, cancellationToken).ConfigureAwait(false);
        await Migrations.ApplyAsync(source, schema, cancellationToken).ConfigureAwait(false);
        await MoveRecord.RefuseUnfinishedAsync(source, schema, cancellationToken).ConfigureAwait(false);
        return server;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3171, Level = LogLevel.Information, Message = "The inbox in schema {Schema} is open")]
        public static partial void Opened(ILogger logger, string schema);

        [LoggerMessage(EventId = 3172, Level = LogLevel.Information, Message = "The inbox is closed")]
        public static partial void Closed(ILogger logger);

        [LoggerMessage(EventId = 3173, Level = LogLevel.Warning,
            Message = "ThunderStack:Inbox:AllowDataLoss is on and PostgreSQL runs with {Setting}=off: A CRASH OF THE SERVER LOSES EVENTS THAT WERE ANSWERED 200")]
        public static partial void DataLossAllowed(ILogger logger, string setting);

        [LoggerMessage(EventId = 3174, Level = LogLevel.Warning,
            Message = "The database is reached through a connection pooler: statements are not prepared, and what other replicas receive is found by looking every {Seconds} s. Connect directly for both")]
        public static partial void Pooled(ILogger logger, double seconds);
    }
}

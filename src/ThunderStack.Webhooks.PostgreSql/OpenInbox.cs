using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Administration;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Moving;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>The parts of an inbox between opening and closing.</summary>
internal sealed partial class OpenInbox
{
    // An operator's question may take longer than an event may wait.
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _source;
    private readonly ILogger _logger;
    private readonly StoreHealth _health;
    private readonly AppendWriter _appendWriter;
    private readonly SettleWriter _settleWriter;
    private readonly Sweeper _sweeper;
    private readonly WakeUps _wakeUps;

    private OpenInbox(
        NpgsqlDataSource source, SchemaName schema, bool allowDataLoss, InboxLimits limits, TimeProvider time, ILogger logger)
    {
        _source = source;
        _logger = logger;
        var guard = new Guard(limits.StatementTimeout, allowDataLoss);
        var patientGuard = new Guard(QueryTimeout, allowDataLoss);
        var names = new KnownNames(schema, guard, limits.StatementTimeout);
        _health = new StoreHealth(logger);
        Board = new DeliveryBoard();
        Appends = new AppendQueue(limits.WaitingAppends);
        _wakeUps = new WakeUps(source, schema, Board, limits, logger);
        _appendWriter = new AppendWriter(source, Appends, new AppendStatement(schema, guard, limits.StatementTimeout), names, _health, limits, logger)
        {
            Stored = nodes =>
            {
                Board.Touch(nodes);
                _wakeUps.Add(nodes);
            },
            Recovered = () => Board.Touch(null),
        };
        var (claimInOrder, claimAny) = (Claim(DeliveryOrdering.PerNode), Claim(DeliveryOrdering.None));
        var (settleInOrder, settleAny) = (Settle(claimInOrder, DeliveryOrdering.PerNode), Settle(claimAny, DeliveryOrdering.None));
        Claims = new Claimer(source, ordering => ordering == DeliveryOrdering.PerNode ? claimInOrder : claimAny, limits, logger)
        {
            GiveBack = delivery => _settleWriter!.AddAsync(delivery, new Settlement(DeliveryOutcome.Released, default), takesNext: false),
        };
        _settleWriter = new SettleWriter(
            source, Board, ordering => ordering == DeliveryOrdering.PerNode ? settleInOrder : settleAny, Claims, limits, logger);
        Registration = new HandlerRegistration(source, schema, guard, Board, time, limits, logger);
        _sweeper = new Sweeper(source, schema, Board, Registration, _wakeUps, limits, logger);
        Queries = new InboxQueries(source, schema, patientGuard);
        DeadLetters = new DeadLetterCommands(source, schema, patientGuard, Queries, Board, _wakeUps);
        Retention = new RetentionCommand(source, schema, patientGuard, Registration, limits);
        Keys = new TrustedKeys(source, schema, patientGuard, Queries);

        ClaimStatement Claim(DeliveryOrdering ordering) => new(schema, guard, ordering, limits.Lease);

        SettleStatement Settle(ClaimStatement claim, DeliveryOrdering ordering) => new(schema, guard, claim, ordering, limits.Lease);
    }

    public InboxHealth Health => _health.Current;

    public DeliveryBoard Board { get; }

    public Claimer Claims { get; }

    public SettleWriter Settlements => _settleWriter;

    public AppendQueue Appends { get; }

    public HandlerRegistration Registration { get; }

    public InboxQueries Queries { get; }

    public DeadLetterCommands DeadLetters { get; }

    public RetentionCommand Retention { get; }

    public TrustedKeys Keys { get; }

    /// <exception cref="InboxOpenException">The database cannot be used as it is; it was left untouched.</exception>
    public static async Task<OpenInbox> OpenAsync(
        InboxOptions options, PostgreSqlInboxOptions postgreSqlOptions, InboxLimits limits, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        var schema = SchemaName.FindProblem(postgreSqlOptions.Schema) is { } problem
            ? throw new InboxOpenException($"ThunderStack:Inbox:Schema {problem}. Example: thunderstack.")
            : new SchemaName(postgreSqlOptions.Schema);
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

    /// <summary>Refuses what comes, writes what waits, lets go of what is held, and closes the connections.</summary>
    public async Task CloseAsync()
    {
        foreach (var handler in Board.Handlers)
        {
            foreach (var lane in handler.Close())
            {
                _ = _settleWriter.GiveBackAsync(handler, lane);
            }
        }

        await _sweeper.StopAsync().ConfigureAwait(false);
        await _appendWriter.StopAsync().ConfigureAwait(false);
        await _settleWriter.StopAsync().ConfigureAwait(false);
        await _wakeUps.StopAsync().ConfigureAwait(false);
        try
        {
            // Others take over at once.
            await Registration.LeaveAsync().ConfigureAwait(false);
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
        await Task.WhenAll(_appendWriter.AbandonAsync(), _settleWriter.AbandonAsync(), _sweeper.StopAsync()).ConfigureAwait(false);
        foreach (var handler in Board.Handlers)
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

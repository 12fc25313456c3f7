using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>Renews this replica's lease, and has the tables looked at, again and again.</summary>
internal sealed partial class Membership(
    NpgsqlDataSource source, ReplicaStatements statements, Lease lease, DeliveryBoard board, InboxLimits limits, ILogger logger)
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile int[]? _handlers;
    private Task _loop = Task.CompletedTask;

    /// <summary>Whether others' events are heard of; otherwise the tables have to be looked at for them.</summary>
    public required Func<bool> IsListening { get; init; }

    /// <summary>Takes up membership; the first lease.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        await RenewAsync(cancellationToken).ConfigureAwait(false);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>From now on this replica serves these handlers.</summary>
    public Task ServeAsync(int[] handlers, CancellationToken cancellationToken)
    {
        _handlers = handlers;
        return RenewAsync(cancellationToken);
    }

    /// <summary>Stops renewing, as a killed process would.</summary>
    public async Task AbandonAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Lets go of everything this replica holds: others need not wait for the lease to expire.</summary>
    public async Task LeaveAsync()
    {
        await AbandonAsync().ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(limits.StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            await statements.LeaveAsync(connection, lease.Replica, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.LeftWithoutNotice(logger, limits.Lease.TotalSeconds, exception);
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(limits.PollInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    await RenewAsync(_stopping.Token).ConfigureAwait(false);
                }
                catch (Exception exception) when (!_stopping.IsCancellationRequested)
                {
                    var reason = PostgreSqlFailure.Describe(exception);
                    Log.NotRenewed(logger, reason);
                }

                if (!IsListening())
                {
                    board.Touch(null);
                }

                board.Poll(limits.IdleLane);
            }
        }
        catch (OperationCanceledException)
        {
            // The inbox closes.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(limits.StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            var askedAt = Environment.TickCount64;
            var replica = lease.Replica;
            var standing = await statements.RenewAsync(connection, replica, limits.Lease, _handlers, limit.Token).ConfigureAwait(false);
            if (!standing.IsMember)
            {
                if (replica != 0)
                {
                    Log.LeaseLost(logger, replica);
                    board.LoseAll();
                }

                askedAt = Environment.TickCount64;
                replica = await statements.JoinAsync(connection, limits.Lease, _handlers, limit.Token).ConfigureAwait(false);
                Log.Joined(logger, replica);
            }

            lease.Renew(replica, askedAt, standing.HasPeers);
        }
        finally
        {
            _renewing.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3131, Level = LogLevel.Information, Message = "This replica of the inbox has number {Replica}.")]
        public static partial void Joined(ILogger logger, long replica);

        [LoggerMessage(EventId = 3132, Level = LogLevel.Warning,
            Message = "This replica, number {Replica}, said nothing for too long, and another one has taken over what it held.")]
        public static partial void LeaseLost(ILogger logger, long replica);

        [LoggerMessage(EventId = 3133, Level = LogLevel.Debug, Message = "The lease of this replica was not renewed: {Reason}.")]
        public static partial void NotRenewed(ILogger logger, string reason);

        [LoggerMessage(EventId = 3134, Level = LogLevel.Warning,
            Message = "This replica could not say that it leaves; others take over what it held after {Seconds:0} s.")]
        public static partial void LeftWithoutNotice(ILogger logger, double seconds, Exception exception);
    }
}

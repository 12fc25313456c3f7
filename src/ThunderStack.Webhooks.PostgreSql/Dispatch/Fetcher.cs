using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>Gets lanes, and the deliveries in them, for one queue whenever it asks.</summary>
internal sealed partial class Fetcher(
    NpgsqlDataSource source, LaneStatements statements, HandlerQueue queue, Lease lease, NodeBook nodes, TimeProvider time,
    InboxLimits limits, ILogger logger)
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        queue.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var isFailing = false;
        while (await queue.WaitForWorkAsync().ConfigureAwait(false))
        {
            if (queue.PlanFetch() is not { } plan)
            {
                continue;
            }

            try
            {
                await FetchAsync(plan).ConfigureAwait(false);
                isFailing = false;
            }
            catch (Exception exception)
            {
                queue.FetchFailed(plan);
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                if (!isFailing)
                {
                    Log.Failing(logger, queue.Name, PostgreSqlFailure.Describe(exception), exception);
                }

                isFailing = true;
                await Task.Delay(limits.ProbeInterval, TimeProvider.System, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FetchAsync(FetchPlan plan)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        var lanes = plan.Loads;
        if (plan.Room > 0)
        {
            var now = Instant.ToMilliseconds(time.GetUtcNow());
            var claimed = await statements.ClaimAsync(connection, queue.Id, lease.Replica, plan, now, nodes, limit.Token).ConfigureAwait(false);
            queue.AddClaimed(claimed);
            lanes = [.. lanes, .. claimed];
        }

        // Read after the claim is committed, so that everything is seen that the owners before have settled.
        if (lanes.Count > 0)
        {
            foreach (var loaded in await statements.LoadAsync(connection, queue.Id, lanes, plan.Piece, limit.Token).ConfigureAwait(false))
            {
                queue.AddLoaded(loaded.Lane, loaded.Items, loaded.IsComplete ? loaded.LastTurn : null);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3141, Level = LogLevel.Warning, Message = "Deliveries of handler {Handler} cannot be claimed: {Reason}. It is tried again.")]
        public static partial void Failing(ILogger logger, string handler, string reason, Exception? exception);
    }
}

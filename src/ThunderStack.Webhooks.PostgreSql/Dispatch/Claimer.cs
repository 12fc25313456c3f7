using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// Claims deliveries for whoever asks. Nothing that was claimed waits: a delivery is handed out by the call whose statement
/// granted it.
/// </summary>
internal sealed partial class Claimer(
    NpgsqlDataSource source, Func<DeliveryOrdering, ClaimStatement> statements, SettleWriter settlements, InboxLimits limits, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly List<(Guid Token, long At)> _unanswered = [];
    private volatile bool _isFailing;

    /// <summary>Waits until there is something, and claims up to <paramref name="max"/>.</summary>
    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(HandlerLanes lanes, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        while (true)
        {
            await lanes.UntilWantedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            await lanes.Claiming.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var claimed = lanes.Request(max) is { } request
                    ? await ClaimAsync(lanes, request, cancellationToken).ConfigureAwait(false)
                    : [];
                if (cancellationToken.IsCancellationRequested)
                {
                    claimed.ForEach(delivery => _ = settlements.AddAsync(delivery, new Settlement(DeliveryOutcome.Released, default), takesNext: false));
                    throw new OperationCanceledException(cancellationToken);
                }

                if (claimed.Count > 0)
                {
                    return claimed;
                }
            }
            finally
            {
                lanes.Claiming.Release();
            }
        }
    }

    private async Task<List<PostgreSqlDelivery>> ClaimAsync(HandlerLanes lanes, ClaimRequest request, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        try
        {
            // Not cancelled with the caller: what the server has claimed by then would be held by nobody.
            using var limit = new CancellationTokenSource(limits.StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            var answers = await statements(request.Ordering).ExecuteAsync(connection, lanes.Name, request, token, Unanswered(), limit.Token)
                .ConfigureAwait(false);
            _isFailing = false;
            return lanes.Granted(request, answers).ConvertAll(granted => PostgreSqlDelivery.Of(lanes, granted.Lane, granted.Delivery));
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                _unanswered.Add((token, Environment.TickCount64));
            }

            if (!_isFailing)
            {
                _isFailing = true;
                Log.Failing(logger, lanes.Name, PostgreSqlFailure.Describe(exception), exception);
            }

            lanes.Touch(null);
            await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
    }

    // What a claim got whose answer was lost nobody holds; by its token it can be had again.
    private Guid[] Unanswered()
    {
        lock (_gate)
        {
            _unanswered.RemoveAll(claim => Environment.TickCount64 - claim.At > limits.Lease.TotalMilliseconds);
            return [.. _unanswered.Select(claim => claim.Token)];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3141, Level = LogLevel.Warning, Message = "Deliveries of handler {Handler} cannot be claimed: {Reason}. The receiver tries again")]
        public static partial void Failing(ILogger logger, string handler, string reason, Exception? exception);
    }
}

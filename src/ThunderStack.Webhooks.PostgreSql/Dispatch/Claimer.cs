using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// Claims deliveries for whoever asks, with a statement of its own or with a settlement. Nothing that was claimed waits: a delivery
/// is handed out by the call whose statement granted it.
/// </summary>
internal sealed partial class Claimer(
    NpgsqlDataSource source, Func<DeliveryOrdering, ClaimStatement> statements, InboxLimits limits, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly List<(Guid Token, long At)> _unanswered = [];
    private volatile bool _isFailing;

    /// <summary>Gives a delivery back that whoever asked for it no longer waits for.</summary>
    public required Action<PostgreSqlDelivery> GiveBack { get; init; }

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
                    ? await ClaimAsync(Prepare(lanes, request), cancellationToken).ConfigureAwait(false)
                    : [];
                if (cancellationToken.IsCancellationRequested)
                {
                    claimed.ForEach(GiveBack);
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

    /// <summary>
    /// A claim that a settlement makes for the slots that it frees; <see langword="null"/> when there is nothing to claim, or one
    /// is on its way. To be ended by <see cref="End"/> or <see cref="Lost"/>.
    /// </summary>
    public PendingClaim? TryBegin(HandlerLanes lanes, int max)
    {
        // Without order, what the settlement itself grants would be granted twice.
        if (lanes.Ordering != DeliveryOrdering.PerNode || !lanes.Claiming.Wait(0, CancellationToken.None))
        {
            return null;
        }

        if (lanes.Request(max) is { } request)
        {
            return Prepare(lanes, request);
        }

        lanes.Claiming.Release();
        return null;
    }

    /// <summary>The claim was answered.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="taken">How many of the slots it was made for went on in their own lanes.</param>
    /// <param name="answers">What was answered.</param>
    public static List<PostgreSqlDelivery> End(PendingClaim claim, int taken, List<LaneAnswer> answers)
    {
        var request = claim.Request with { Wanted = claim.Request.Wanted with { Room = claim.Request.Wanted.Room - taken } };
        var claimed = Granted(claim with { Request = request }, answers);
        claim.Lanes.Claiming.Release();
        return claimed;
    }

    /// <summary>The answer to the claim did not arrive.</summary>
    public void Lost(PendingClaim claim)
    {
        Forget(claim);
        claim.Lanes.Claiming.Release();
    }

    private PendingClaim Prepare(HandlerLanes lanes, ClaimRequest request) => new(lanes, request, Guid.NewGuid(), Unanswered());

    private static List<PostgreSqlDelivery> Granted(PendingClaim claim, List<LaneAnswer> answers) => claim.Lanes.Granted(claim.Request, answers)
        .ConvertAll(granted => PostgreSqlDelivery.Of(claim.Lanes, granted.Lane, granted.Delivery));

    private void Forget(PendingClaim claim)
    {
        lock (_gate)
        {
            _unanswered.Add((claim.Token, MachineClock.Milliseconds));
        }

        claim.Lanes.Touch(null);
    }

    private async Task<List<PostgreSqlDelivery>> ClaimAsync(PendingClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            // Not cancelled with the caller: what the server has claimed by then would be held by nobody.
            using var limit = new CancellationTokenSource(limits.StatementTimeout);
            await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            var answers = await statements(claim.Request.Ordering).ExecuteAsync(connection, claim, limit.Token).ConfigureAwait(false);
            _isFailing = false;
            return Granted(claim, answers);
        }
        catch (Exception exception)
        {
            Forget(claim);
            if (!_isFailing)
            {
                _isFailing = true;
                Log.Failing(logger, claim.Lanes.Name, PostgreSqlFailure.Describe(exception), exception);
            }

            await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
    }

    // What a claim got whose answer was lost nobody holds; by its token it can be had again.
    private Guid[] Unanswered()
    {
        lock (_gate)
        {
            _unanswered.RemoveAll(claim => MachineClock.Milliseconds - claim.At > limits.Lease.TotalMilliseconds);
            return [.. _unanswered.Select(claim => claim.Token)];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3141, Level = LogLevel.Warning, Message = "Deliveries of handler {Handler} cannot be claimed: {Reason}. The receiver tries again")]
        public static partial void Failing(ILogger logger, string handler, string reason, Exception? exception);
    }
}

/// <summary>A claim on its way.</summary>
/// <param name="Lanes">The handler's lanes. Its name goes with the statement: its number may be another one after a failover.</param>
/// <param name="Request">Which lanes.</param>
/// <param name="Token">The token of the lanes that are claimed.</param>
/// <param name="Unanswered">Tokens of earlier claims whose answers did not arrive.</param>
internal sealed record PendingClaim(HandlerLanes Lanes, ClaimRequest Request, Guid Token, Guid[] Unanswered);

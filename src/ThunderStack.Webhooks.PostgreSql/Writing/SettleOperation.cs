using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>How a delivery ended, on its way to the tables.</summary>
/// <param name="Lanes">The handler's lanes.</param>
/// <param name="Lane">The one it ran in.</param>
/// <param name="Delivery">The delivery; <see langword="null"/> when only the lane is given back.</param>
/// <param name="Settlement">The result.</param>
/// <param name="TakesNext">Whether the caller begins another delivery.</param>
internal sealed record SettleOperation(HandlerLanes Lanes, Lane Lane, PostgreSqlDelivery? Delivery, Settlement Settlement, bool TakesNext)
{
    private readonly TaskCompletionSource<Delivery?> _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is recorded, with the delivery that comes next; or when it cannot be.</summary>
    public Task<Delivery?> Recorded => _recorded.Task;

    /// <summary>Whether there is a result to record: an attempt that was given up has none.</summary>
    public bool HasResult => Delivery is not null && Settlement.Outcome != DeliveryOutcome.Released;

    public DeliveryState State => Settlement.Outcome.ToState();

    /// <summary>It is about to be sent.</summary>
    public LaneMove End() => Lanes.End(Lane, Delivery?.Seq, TakesNext);

    /// <summary>The server has answered, or says that the lane is no longer held. Returns the lane's next delivery.</summary>
    public PostgreSqlDelivery? Move(LaneAnswer? answer) =>
        Lanes.Moved(Lane, answer) is { } next ? PostgreSqlDelivery.Of(Lanes, Lane, next) : null;

    /// <summary>Whoever waits for it begins another delivery, or none.</summary>
    public void Complete(PostgreSqlDelivery? next) => _recorded.TrySetResult(next);

    /// <summary>It will not be recorded any more.</summary>
    public void Abandon() => _recorded.TrySetResult(null);
}

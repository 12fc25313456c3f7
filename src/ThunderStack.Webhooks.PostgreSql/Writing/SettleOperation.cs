using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Something to record of a lane: how a delivery ended, or that the lane is given back.</summary>
/// <param name="queue">Whose lane it is.</param>
/// <param name="lane">The lane.</param>
/// <param name="doneThrough">Up to which turn the lane is finished with this.</param>
internal sealed class SettleOperation(HandlerQueue queue, Lane lane, long doneThrough)
{
    public HandlerQueue Queue => queue;

    public Lane Lane => lane;

    public long DoneThrough => doneThrough;

    /// <summary>The delivery; <see langword="null"/> when only the lane is given back.</summary>
    public LaneItem? Item { get; init; }

    public DeliveryState State { get; init; }

    public int Attempts { get; init; }

    public Settlement Settlement { get; init; }

    /// <summary>Whether the lane is given back.</summary>
    public bool IsRelease { get; init; }

    /// <summary>Nothing of the lane is due before, in milliseconds.</summary>
    public long? DueAt { get; init; }

    /// <summary>Up to which turn that is so.</summary>
    public long Seen { get; init; }

    /// <summary>How a delivery ended. Its lane has taken note already.</summary>
    public static SettleOperation Result(PostgreSqlDelivery delivery, Settlement settlement) =>
        new(delivery.Queue, delivery.Lane, delivery.Lane.DoneThrough)
        {
            Item = delivery.Item,
            State = settlement.Outcome switch
            {
                DeliveryOutcome.Succeeded => DeliveryState.Succeeded,
                DeliveryOutcome.Retry => DeliveryState.Scheduled,
                DeliveryOutcome.DeadLettered => DeliveryState.DeadLettered,
                _ => throw new ArgumentOutOfRangeException(nameof(settlement), settlement.Outcome, "Unknown outcome."),
            },
            Attempts = delivery.Attempt,
            Settlement = settlement,
        };

    /// <summary>The lane is given back.</summary>
    public static SettleOperation Release(HandlerQueue queue, Lane lane, long? dueAt, DeliveryOrdering ordering) =>
        new(queue, lane, lane.DoneThrough)
        {
            IsRelease = true,
            DueAt = dueAt,
            Seen = lane.SeenThrough(ordering),
        };
}

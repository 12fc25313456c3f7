using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Dashboard.Events;

/// <summary>A rung of a delivery's ladder: an attempt, or what comes next.</summary>
/// <param name="Title">What it is: <c>Attempt 2</c>.</param>
/// <param name="State">Its mark: succeeded, failed or waiting.</param>
/// <param name="At">When it ended, or is due.</param>
/// <param name="Seconds">How long it took, where that is kept.</param>
/// <param name="ErrorCode">The kind of error.</param>
/// <param name="Text">What failed, or what it waits for.</param>
internal sealed record AttemptStep(string Title, string State, DateTime? At, double? Seconds, string? ErrorCode, string? Text)
{
    /// <summary>The attempts of a delivery, oldest first, and how it goes on.</summary>
    public static IReadOnlyList<AttemptStep> Of(EventDeliveryView delivery)
    {
        List<AttemptStep> steps =
        [
            .. delivery.FailedAttempts.Select(failed => new AttemptStep($"Attempt {failed.Attempt}", "failed", failed.At, failed.Seconds, failed.ErrorCode, failed.Error)),
        ];
        if (EndOf(delivery) is { } end)
        {
            steps.Add(end);
        }

        return steps;
    }

    private static AttemptStep? EndOf(EventDeliveryView delivery) => delivery.State switch
    {
        DeliveryState.Succeeded => new AttemptStep($"Attempt {delivery.Attempts}", "succeeded", delivery.At, null, null, "Succeeded."),
        DeliveryState.Pending => new AttemptStep("Next", "waiting", null, null, null, "Waits for its turn, or runs at this moment."),
        DeliveryState.Scheduled => new AttemptStep($"Attempt {delivery.Attempts + 1}", "waiting", delivery.DueAt, null, null, "The next attempt is due then."),
        DeliveryState.DeadLettered => new AttemptStep("Given up", "failed", delivery.At, null, null, "A dead letter: nothing more is tried until somebody replays it."),
        DeliveryState.Discarded => new AttemptStep("Discarded", "ended", delivery.At, null, null, "Somebody has let it go."),
        DeliveryState.Superseded => new AttemptStep($"Attempt {delivery.Attempts}", "ended", delivery.At, null, null, "A later event has overtaken it."),
        DeliveryState.Filtered => new AttemptStep("Left out", "ended", delivery.At, null, null, "The handler's filter leaves such events out."),
        _ => null,
    };
}

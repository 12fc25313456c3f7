using System.Diagnostics;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Intake;

/// <summary>What the activity of receiving tells. Nothing of a body that was not found authentic.</summary>
internal static class IntakeActivity
{
    public static void Tell(this Activity activity, EventPayload payload) => activity
        .SetTag("thunderstack.node.id", payload.NodeId.Value)
        .SetTag("thunderstack.event.type", payload.EventType);

    public static void Tell(this Activity activity, in IntakeResult result)
    {
        activity.SetTag("thunderstack.webhook.outcome", NameOf(result.Outcome));
        if (result.Outcome is IntakeOutcome.Stored or IntakeOutcome.Duplicate)
        {
            activity.SetTag("thunderstack.event.id", result.EventId.ToString());
            activity.SetTag("thunderstack.webhook.duplicate", result.Outcome == IntakeOutcome.Duplicate);
        }
        else if (result.Outcome == IntakeOutcome.Unavailable)
        {
            activity.SetStatus(ActivityStatusCode.Error, result.Reason);
        }
    }

    /// <summary>As the metric of requests names it, for the outcomes that the intake has.</summary>
    private static string NameOf(IntakeOutcome outcome) => outcome switch
    {
        IntakeOutcome.Stored => "stored",
        IntakeOutcome.Duplicate => "duplicate",
        IntakeOutcome.InvalidSignature => "invalid_signature",
        IntakeOutcome.UnexpectedNode => "unexpected_node",
        IntakeOutcome.InvalidPayload => "invalid_payload",
        IntakeOutcome.Unavailable => "unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}

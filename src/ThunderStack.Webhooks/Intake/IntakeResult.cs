using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Intake;

/// <summary>How a request ended.</summary>
public readonly record struct IntakeResult
{
    private IntakeResult(IntakeOutcome outcome, string? reason) => (Outcome, Reason) = (outcome, reason);

    /// <summary>How the request ended.</summary>
    public IntakeOutcome Outcome { get; }

    /// <summary>
    /// One sentence on why it was refused, for the log. Part of the answer, too, where it gives nothing away: not for
    /// <see cref="IntakeOutcome.InvalidSignature"/>, <see cref="IntakeOutcome.UnexpectedNode"/> and <see cref="IntakeOutcome.Unavailable"/>.
    /// </summary>
    public string? Reason { get; }

    /// <summary>The event's id, when it is stored.</summary>
    public WebhookEventId EventId { get; private init; }

    /// <summary>When to try again, for <see cref="IntakeOutcome.Unavailable"/>.</summary>
    public TimeSpan RetryAfter { get; private init; }

    /// <summary>The event is stored.</summary>
    public static IntakeResult Accepted(WebhookEventId id, bool duplicate) =>
        new(duplicate ? IntakeOutcome.Duplicate : IntakeOutcome.Stored, null) { EventId = id };

    /// <summary>The request is refused.</summary>
    public static IntakeResult Refused(IntakeOutcome outcome, string reason) => new(outcome, reason);

    /// <summary>The request should be sent again.</summary>
    public static IntakeResult Unavailable(string reason, TimeSpan retryAfter) =>
        new(IntakeOutcome.Unavailable, reason) { RetryAfter = retryAfter };
}

namespace ThunderStack.Webhooks.Inbox;

/// <summary>
/// One event on its way to one handler, claimed for one attempt. A store may derive from it to keep what it needs to
/// settle the claim (a lease, a fencing token).
/// </summary>
public class Delivery
{
    /// <summary>The stable name of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>The event.</summary>
    public required InboxEntry Entry { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether the node already has a newer event than this one.</summary>
    public bool IsStale { get; init; }
}

/// <summary>What a claimed delivery came to.</summary>
public enum DeliveryOutcome
{
    /// <summary>The handler succeeded.</summary>
    Succeeded,

    /// <summary>The handler failed; another attempt follows after <see cref="Settlement.Delay"/>.</summary>
    Retry,

    /// <summary>The handler failed for good: a dead letter, kept until replayed or discarded.</summary>
    DeadLettered,

    /// <summary>A later event has overtaken it, and the handler said so.</summary>
    Superseded,

    /// <summary>The handler's filter leaves it out: no attempt was made.</summary>
    Filtered,

    /// <summary>The attempt was given up before it told anything (shutdown): it does not count.</summary>
    Released,
}

/// <summary>The result of an attempt, as the store keeps it.</summary>
/// <param name="Outcome">What the attempt came to.</param>
/// <param name="At">When it ended.</param>
/// <param name="Delay">
/// How long the next attempt waits, only for <see cref="DeliveryOutcome.Retry"/>. A duration, not an instant: the store measures
/// it by a clock of its own, so that a clock that is set forward or back makes no delivery wait longer.
/// </param>
/// <param name="Error">One line on what failed.</param>
public readonly record struct Settlement(DeliveryOutcome Outcome, DateTimeOffset At, TimeSpan Delay = default, string? Error = null)
{
    /// <summary>
    /// The kind of <see cref="Error"/>, short and always the same for failures that belong together: an HTTP status, <c>timeout</c>,
    /// <c>connection_refused</c>, or the name of an exception.
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>How long the attempt took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the attempt failed.</summary>
    public bool IsFailure => Outcome is DeliveryOutcome.Retry or DeliveryOutcome.DeadLettered;
}

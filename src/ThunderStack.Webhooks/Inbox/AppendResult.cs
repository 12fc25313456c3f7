namespace ThunderStack.Webhooks.Inbox;

/// <summary>What became of an append. Only the first two mean that the event is on disk.</summary>
public enum AppendOutcome
{
    /// <summary>Committed by this call.</summary>
    Stored,

    /// <summary>Was committed before; nothing changed.</summary>
    Duplicate,

    /// <summary>Not accepted: the store fails, is full, overloaded or closing. Nothing was committed.</summary>
    Unavailable,

    /// <summary>The commit was begun and its result is not known. A resend tells: it is stored once, whichever it was.</summary>
    Unknown,
}

/// <summary>The result of <see cref="IInbox.AppendAsync"/>.</summary>
/// <param name="Outcome">What became of the event.</param>
/// <param name="Reason">Why it was not stored, for the log.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, string? Reason = null)
{
    /// <summary>Whether the event is durably stored, by this call or an earlier one.</summary>
    public bool IsDurable => Outcome is AppendOutcome.Stored or AppendOutcome.Duplicate;
}

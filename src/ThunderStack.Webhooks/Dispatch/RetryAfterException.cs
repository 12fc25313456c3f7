namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Thrown by a handler that knows when another attempt makes sense. It counts as a failed attempt.</summary>
public sealed class RetryAfterException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="delay">The least time until the next attempt; the retry schedule may make it longer.</param>
    /// <param name="message">What failed.</param>
    public RetryAfterException(TimeSpan delay, string message)
        : base(message)
    {
        Delay = delay;
    }

    /// <summary>The least time until the next attempt.</summary>
    public TimeSpan Delay { get; }

    /// <summary>The kind of failure: see <see cref="Inbox.Settlement.ErrorCode"/>. Without one, it is the cause's, or this exception's name.</summary>
    public string? ErrorCode { get; init; }
}

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Thrown by a handler for an event that it will never be able to handle: no retry, a dead letter at once.</summary>
public sealed class DeadLetterException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DeadLetterException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Kept with the dead letter.</param>
    public DeadLetterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">Kept with the dead letter.</param>
    /// <param name="innerException">The cause.</param>
    public DeadLetterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The kind of failure: see <see cref="Inbox.Settlement.ErrorCode"/>. Without one, it is the cause's, or this exception's name.</summary>
    public string? ErrorCode { get; init; }
}

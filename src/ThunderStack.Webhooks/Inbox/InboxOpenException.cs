namespace ThunderStack.Webhooks.Inbox;

/// <summary>A store cannot be opened as it is. The message says why and what to do; the store was left untouched.</summary>
public sealed class InboxOpenException : Exception
{
    /// <summary>Creates the exception.</summary>
    public InboxOpenException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public InboxOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    public InboxOpenException()
    {
    }

    /// <summary>Whether another process owns the store: it can be opened once that one ends.</summary>
    /// <value><see langword="false"/>.</value>
    public bool IsInUse { get; init; }
}

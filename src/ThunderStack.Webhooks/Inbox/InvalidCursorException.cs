namespace ThunderStack.Webhooks.Inbox;

/// <summary>A cursor that no page of this database ended with.</summary>
public sealed class InvalidCursorException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    public InvalidCursorException()
        : this("The cursor is none that this database has given: list again from the start.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong with it.</param>
    public InvalidCursorException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong with it.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidCursorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

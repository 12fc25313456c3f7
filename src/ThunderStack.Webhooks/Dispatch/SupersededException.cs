namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// Thrown by a handler for an event that a later one has overtaken, so that handling it would only mislead: the delivery is settled as
/// superseded, without another attempt.
/// </summary>
public sealed class SupersededException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SupersededException()
        : base("A later event has overtaken this one.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What has overtaken it, for the delivery's record.</param>
    public SupersededException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What has overtaken it, for the delivery's record.</param>
    /// <param name="innerException">What showed it.</param>
    public SupersededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

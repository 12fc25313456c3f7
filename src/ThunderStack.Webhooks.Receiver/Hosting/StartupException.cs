namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>The receiver cannot start as it is configured. The message is for the person who starts it.</summary>
public sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

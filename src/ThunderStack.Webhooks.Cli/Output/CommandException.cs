namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>A command cannot go on. The message is for the person who ran it: what is wrong, and what to do.</summary>
internal class CommandException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code => code;
}

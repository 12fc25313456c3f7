namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>The exit codes as the help shows them; docs/command-line.md has the same table.</summary>
internal static class ExitCodeTable
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Rows { get; } =
    [
        (ExitCode.Ok, "done, and every check passed"),
        (ExitCode.Failed, "a check failed, an event was not answered as it should be, or you said no"),
        (ExitCode.Usage, "the command line, a file it names or the environment cannot be used"),
        (ExitCode.Unavailable, "the cloud, the receiver or the inbox cannot be reached, or refused"),
        (ExitCode.NotFound, "what you named does not exist"),
        (ExitCode.InUse, "a receiver owns the inbox; ask it with --receiver, or stop it first"),
        (ExitCode.Unexpected, "a fault of this tool"),
        (ExitCode.Interrupted, "interrupted"),
    ];
}

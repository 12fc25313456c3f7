namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>How the tool ended, for scripts. <see cref="ExitCodeTable"/> tells people.</summary>
internal enum ExitCode
{
    Ok = 0,
    Failed = 1,
    Usage = 2,
    Unavailable = 3,
    NotFound = 4,
    InUse = 5,
    Unexpected = 70,
    Interrupted = 130,
}

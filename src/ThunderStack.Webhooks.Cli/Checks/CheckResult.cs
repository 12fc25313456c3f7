namespace ThunderStack.Webhooks.Cli.Checks;

/// <summary>How one check ended.</summary>
internal enum CheckResult
{
    Passed,
    Failed,

    /// <summary>Something it needs is missing.</summary>
    Skipped,
}

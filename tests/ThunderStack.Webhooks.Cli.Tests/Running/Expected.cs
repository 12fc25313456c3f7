namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>The exit codes, as docs/command-line.md lists them: not taken from the tool, so that neither can change alone.</summary>
internal static class Expected
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Unavailable = 3;
    public const int NotFound = 4;
    public const int InUse = 5;
    public const int Interrupted = 130;

    public static ToolRun ShouldEnd(this ToolRun run, int exitCode)
    {
        run.ExitCode.Should().Be(exitCode, "it wrote:\n{0}\n{1}", run.Out, run.Error);
        return run;
    }
}

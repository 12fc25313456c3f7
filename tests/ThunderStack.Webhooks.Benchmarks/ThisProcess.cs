using System.Diagnostics;

namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>Where and when this process runs, every thread that it has and every one that it will have.</summary>
internal static class ThisProcess
{
    /// <summary>Confines it to a core.</summary>
    public static Task ConfineAsync(int core) =>
        RunAsync(core, "taskset", "--all-tasks", "--pid", "--cpu-list", $"{core}", $"{Environment.ProcessId}");

    /// <summary>
    /// Confines it to a core, and lets go first what else runs there. The load never sleeps, and PostgreSQL and the disk's
    /// completions may share its core.
    /// </summary>
    public static async Task ConfineIdleAsync(int core)
    {
        await ConfineAsync(core);
        await RunAsync(core, "chrt", "--all-tasks", "--idle", "--pid", "0", $"{Environment.ProcessId}");
    }

    private static async Task RunAsync(int core, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"Core {core} cannot be had. Name other cores with --load-core and --server-core.");
    }
}

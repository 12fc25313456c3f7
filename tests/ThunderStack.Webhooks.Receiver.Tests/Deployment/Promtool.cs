using System.Diagnostics;

namespace ThunderStack.Webhooks.Receiver.Tests.Deployment;

/// <summary>Prometheus' own judge of what is written for it.</summary>
internal static class Promtool
{
    /// <summary>Runs it, or skips the test where there is none.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not on this machine: apt-get install prometheus.");
        }

        var cancellation = TestContext.Current.CancellationToken;
        var error = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation) + await error;
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }
}

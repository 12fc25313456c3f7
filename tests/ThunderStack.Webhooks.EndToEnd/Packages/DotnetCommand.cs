using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>A command of the SDK, run to its end.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command that has to succeed.</summary>
    /// <param name="folder">Where it runs; made if it is not there.</param>
    /// <param name="command">Such as <c>build</c>.</param>
    /// <param name="arguments">What follows the command.</param>
    /// <param name="environment">Variables beside those inherited.</param>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(
        string folder, string command, IEnumerable<string> arguments, params IEnumerable<KeyValuePair<string, string>> environment)
    {
        Directory.CreateDirectory(folder);
        await using var process = ChildProcess.Start(
            command,
            arguments,
            [
                // No process stays behind to keep a folder that is about to be removed.
                new("MSBUILDDISABLENODEREUSE", "1"), new("UseSharedCompilation", "false"),
                new("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), new("DOTNET_NOLOGO", "1"), new("DOTNET_CLI_UI_LANGUAGE", "en"), .. environment,
            ],
            folder);
        (await process.ExitAsync(Limit)).Should().Be(0, "dotnet {0} wrote:\n{1}", command, process.Output);
        return process.Output;
    }
}

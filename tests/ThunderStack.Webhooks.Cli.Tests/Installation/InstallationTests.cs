using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Installation;

public sealed class InstallationTests
{
    [Fact]
    public async Task Tool_PackedAndInstalledFromALocalFeed_Runs()
    {
        using var directory = new TemporaryDirectory();
        var feed = directory.File("feed");
        var tools = directory.File("tools");
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["NUGET_PACKAGES"] = directory.File("packages"),
        };
        (await ToolRun.ProgramAsync(
            "dotnet",
            ["pack", BuiltTool.Project, "--no-build", "--no-restore", "--configuration", BuiltTool.Configuration, "--output", feed, "-nologo"],
            new() { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" })).ShouldEnd(Expected.Ok);
        var sources = directory.File("nuget.config");
        await File.WriteAllTextAsync(
            sources,
            $"""<configuration><packageSources><clear /><add key="local" value="{feed}" /></packageSources></configuration>""",
            TestContext.Current.CancellationToken);

        // Nothing but this folder: what the tool needs is in its package.
        (await ToolRun.ProgramAsync(
            "dotnet", ["tool", "install", "ThunderStack.Webhooks.Cli", "--tool-path", tools, "--configfile", sources], environment, workingDirectory: directory.Path))
            .ShouldEnd(Expected.Ok);

        var installed = await ToolRun.ProgramAsync(Path.Combine(tools, "thunderstack"), ["--help"]);
        installed.ShouldEnd(Expected.Ok).Out.Should().Contain("thunderstack [command]");
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));
        var listed = await ToolRun.ProgramAsync(Path.Combine(tools, "thunderstack"), ["nodes", "list", "--cloud", emulator.Url, "-o", "json"]);
        listed.ShouldEnd(Expected.Ok).Json[0].GetProperty("nodeId").GetString().Should().Be("node-a");

        // The native SQLite too.
        await using var receiver = await RunningReceiver.StartAsync(directory.File("inbox.db"));
        (await ToolRun.ProgramAsync(Path.Combine(tools, "thunderstack"), ["inbox", "list", "--inbox", directory.File("inbox.db"), "-o", "json"])).ShouldEnd(Expected.Ok);
    }
}

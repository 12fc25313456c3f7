using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Nodes;

public sealed class NodesTests
{
    private static readonly Dictionary<string, string> Token = new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" };

    [Theory]
    [InlineData("OpenApi")]
    [InlineData("Tests")]
    public async Task Life_OfANode_FromItsCreationToItsEnd(string shape)
    {
        await using var receiver = await Recorder.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("ApiToken", "the-token"), ("AnswerShape", shape), ("TransitionDelay", "00:00:00.100"));

        var created = await RunAsync(
            emulator, "nodes", "create", "--name", "my node", "--network", "regtest", "--webhook-url", receiver.Address.AbsoluteUri);

        var id = created.ShouldEnd(Expected.Ok).Json.GetProperty("nodeId").GetString()!;
        created.Json.GetProperty("webhookUrl").GetString().Should().Be(receiver.Address.AbsoluteUri);
        await UntilAsync(emulator, id, "RUNNING");
        receiver.Requests.Should().Contain(request => request.Text.Contains("RUNNING", StringComparison.Ordinal));

        (await RunAsync(emulator, "nodes", "stop", id)).ShouldEnd(Expected.Ok).Json.GetProperty("result").GetString().Should().Be("asked to stop");
        await UntilAsync(emulator, id, "PAUSED");
        (await RunAsync(emulator, "nodes", "start", id)).ShouldEnd(Expected.Ok);
        await UntilAsync(emulator, id, "RUNNING");
        (await RunAsync(emulator, "nodes", "destroy", id)).ShouldEnd(Expected.Usage).Error.Should().Contain("--yes").And.Contain("my node");
        (await RunAsync(emulator, "nodes", "destroy", id, "--yes")).ShouldEnd(Expected.Ok);
        await Eventually.TrueAsync(
            () => receiver.Requests.Any(request => request.Text.Contains("DESTROYED", StringComparison.Ordinal)), "the node tells its end");
    }

    [Fact]
    public async Task List_OnATerminal_AndPiped_ShowsEveryNode()
    {
        await using var emulator = await RunningEmulator.StartAsync(
            ("Nodes:0:NodeId", "node-a"), ("Nodes:1:NodeId", "node-b"), ("Nodes:1:WebhookUrl", "https://hooks.example.com/webhooks/thunderstack/a/very/long/path"));

        var run = await ToolRun.ToolAsync("nodes", "list", "--cloud", emulator.Url);

        var lines = run.ShouldEnd(Expected.Ok).Out.TrimEnd().Split('\n');
        lines.Should().HaveCount(3);
        lines[2].Should().StartWith("node-b").And.EndWith("https://hooks.example.com/webhooks/thunderstack/a/very/long/path");
        (await ToolRun.ToolAsync(["nodes", "list"], new() { ["THUNDERSTACK_CLOUD"] = emulator.Url })).ShouldEnd(Expected.Ok);
    }

    [Fact]
    public async Task Destroy_OnATerminal_AsksAndCanBeDeclined()
    {
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));

        var declined = await ToolRun.OnTerminalAsync(["nodes", "destroy", "node-a", "--cloud", emulator.Url], question: @"for good\?", typed: "n\r");

        declined.ShouldEnd(Expected.Failed).Out.Should().Contain("Nothing was changed");
        (await ToolRun.ToolAsync("nodes", "show", "node-a", "--cloud", emulator.Url)).ShouldEnd(Expected.Ok).Out.Should().NotContain("DESTRO");
    }

    [Fact]
    public async Task Show_UnknownNode_IsNotFound_AndWithoutTokenUnavailable()
    {
        await using var emulator = await RunningEmulator.StartAsync(("ApiToken", "the-token"));

        (await RunAsync(emulator, "nodes", "show", "nobody")).ShouldEnd(Expected.NotFound);
        (await RunAsync(emulator, "nodes", "destroy", "nobody", "--yes")).ShouldEnd(Expected.NotFound);
        (await ToolRun.ToolAsync("nodes", "list", "--cloud", emulator.Url)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("THUNDERSTACK_API_TOKEN");
    }

    private static Task<ToolRun> RunAsync(RunningEmulator emulator, params string[] arguments) =>
        ToolRun.ToolAsync([.. arguments, "--cloud", emulator.Url, "-o", "json"], Token);

    private static Task UntilAsync(RunningEmulator emulator, string id, string status) => Eventually.TrueAsync(
        async () => (await RunAsync(emulator, "nodes", "show", id)).ShouldEnd(Expected.Ok).Json.GetProperty("status").GetString() == status,
        $"the node is {status}");
}

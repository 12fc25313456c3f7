using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Output;

/// <summary>Names that turn the direction of what stands beside them, split lines or hide: shown, and never passed on to a terminal.</summary>
public sealed class VisibleTextTests : IDisposable
{
    private const string Tricky = "n\u202eevil\u2066\u200b\u2028x";
    private const string Shown = @"n\u202eevil\u2066\u200b\u2028x";

    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Inbox_NodeAndStatus_AreShown(string output)
    {
        var entry = (await _inbox.StoreAsync(SignedDelivery.Valid().ForNode(Tricky).WithStatus(Tricky))).Single();

        var list = await ToolRun.ToolAsync("inbox", "list", "--inbox", _inbox.Path, "-o", output);
        var show = await ToolRun.ToolAsync("inbox", "show", entry.Id.ToString(), "--inbox", _inbox.Path, "-o", output);
        var terminal = await ToolRun.OnTerminalAsync(["inbox", "list", "--inbox", _inbox.Path, "-o", output]);

        foreach (var run in (ToolRun[])[list, show, terminal])
        {
            Plain(run.ShouldEnd(Expected.Ok)).Should().Contain(Shown);
        }

        if (output == "json")
        {
            list.Json[0].GetProperty("nodeId").GetString().Should().Be(Tricky);
        }
    }

    [Fact]
    public async Task Nodes_NameAndWhatTheCloudSays_AreShown_InAQuestionToo()
    {
        await using var cloud = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"), ("Nodes:0:Name", Tricky));

        var list = await ToolRun.ToolAsync("nodes", "list", "--cloud", cloud.Url);
        var unknown = await ToolRun.ToolAsync("nodes", "show", Tricky, "--cloud", cloud.Url, "-o", "json");
        var question = await ToolRun.OnTerminalAsync(["nodes", "destroy", "node-a", "--cloud", cloud.Url], question: @"for good\?", typed: "n\r");

        Plain(list.ShouldEnd(Expected.Ok)).Should().Contain(Shown);
        Plain(unknown.ShouldEnd(Expected.NotFound));
        Plain(question.ShouldEnd(Expected.Failed)).Should().Contain(Shown);
    }

    private static string Plain(ToolRun run) =>
        (run.Out + run.Error).Should().NotContainAny("\u202e", "\u2066", "\u200b", "\u2028").And.Subject;
}

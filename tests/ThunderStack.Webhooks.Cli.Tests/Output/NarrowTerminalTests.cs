using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Output;

/// <summary>What does not fit into a terminal's width is neither cut, left out nor broken: the terminal itself wraps long lines, and copies them whole.</summary>
public sealed partial class NarrowTerminalTests : IDisposable
{
    private const string Url = "https://hooks.example.com/a/long/path/that/does/not/fit/beside/anything/else/webhooks/thunderstack";

    private static readonly string LongNode = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Theory]
    [InlineData(80, false)]
    [InlineData(30, false)]
    [InlineData(160, true)]
    public async Task Events_AreColumnsOrBlocks_AndNothingIsMissing(int columns, bool fits)
    {
        var entry = (await _inbox.StoreAsync(SignedDelivery.Valid().ForNode(LongNode).WithStatus("IN_PROGRESS"))).Single();

        var lines = Lines(await ToolRun.OnTerminalAsync(["inbox", "list", "--inbox", _inbox.Path], columns: columns));

        var id = entry.Id.ToString()[^10..];
        if (fits)
        {
            lines.Should().HaveCount(2);
            lines[1].Should().MatchRegex($"^2024-11-06 12:00:00Z +{LongNode} +IN_PROGRESS +NODE_STATUS_UPDATED +webhook +{id}$");
        }
        else
        {
            lines.Should().Equal(
                "RECEIVED  2024-11-06 12:00:00Z",
                $"NODE      {LongNode}",
                "STATUS    IN_PROGRESS",
                "TYPE      NODE_STATUS_UPDATED",
                "SOURCE    webhook",
                $"EVENT     {id}");
        }
    }

    [Fact]
    public async Task WideLetters_TakeTheirPlaces()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid().ForNode("节点"), SignedDelivery.Valid().ForNode("node"), SignedDelivery.Valid().ForNode("צומת"));

        var lines = Lines(await ToolRun.OnTerminalAsync(["inbox", "list", "--inbox", _inbox.Path], columns: 90));

        lines.Skip(1).Select(line => Status().Match(line).Groups["node"].Value).Should().Equal("צומת  ", "node  ", "节点  ");
    }

    [Fact]
    public async Task Nodes_KeepTheirWholeUrl()
    {
        await using var cloud = await RunningEmulator.StartAsync(
            ("Nodes:0:NodeId", LongNode), ("Nodes:0:WebhookUrl", Url), ("Nodes:1:NodeId", "node-b"), ("Nodes:1:Name", "צומת שלום"));

        var lines = Lines(await ToolRun.OnTerminalAsync(["nodes", "list", "--cloud", cloud.Url]));

        lines.Should().Contain($"NODE         {LongNode}").And.Contain($"WEBHOOK URL  {Url}").And.Contain("NAME         צומת שלום");
        lines.Count(line => line.StartsWith("STATUS       ", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task DoctorsCommand_IsOneLineToPaste()
    {
        await using var cloud = await RunningEmulator.StartAsync(("Nodes:0:NodeId", LongNode));

        var url = $"{PublicKeyServer.DeadAddress()}/a/long/path/that/does/not/fit/beside/anything/else/thunderstack";
        var run = await ToolRun.OnTerminalAsync(
            ["doctor", "--url", url],
            new() { ["ThunderStack__Cloud__BaseAddress"] = cloud.Url, ["ThunderStack__Nodes__0__NodeId"] = LongNode });

        Lines(run, Expected.Failed).Should().ContainSingle(line => line.EndsWith($"Fix: thunderstack webhook set {LongNode} {url}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LongBody_IsOneLine_InAPipeToo()
    {
        var body = SignedDelivery.Valid().ForNode(new string('n', 12_000));
        var entry = (await _inbox.StoreAsync(body)).Single();

        var run = await ToolRun.ToolAsync("inbox", "show", entry.Id.ToString(), "--inbox", _inbox.Path);

        run.ShouldEnd(Expected.Ok).Out.Should().Contain($"\nnode       {entry.NodeId}\n");
    }

    private static List<string> Lines(ToolRun run, int exitCode = Expected.Ok) =>
        [.. Escapes().Replace(run.ShouldEnd(exitCode).Out, "").Split("\r\n").Select(line => line.TrimEnd()).Where(line => line.Length > 0)];

    [GeneratedRegex("\e(\\[[?0-9;]*[a-zA-Z]|=)")]
    private static partial Regex Escapes();

    [GeneratedRegex("Z  (?<node>.*)RUNNING")]
    private static partial Regex Status();
}

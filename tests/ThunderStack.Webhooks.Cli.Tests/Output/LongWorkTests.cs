using System.Security.Cryptography;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Output;

/// <summary>What long work tells meanwhile, and how it ends when nobody wants it any more.</summary>
public sealed class LongWorkTests : IDisposable
{
    private const string CtrlC = "\u0003";

    private readonly TemporaryDirectory _directory = new();
    private readonly RSA _key = RSA.Create(2048);

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task CtrlC_WhileItWorks_EndsAtOnceWith130(string output)
    {
        await using var receiver = await StartReceiverAsync();

        // Typed as soon as the line that tells how far it is counts one: then it works, and something has arrived.
        var run = await ToolRun.OnTerminalAsync(
            SendLine(receiver, "--count", "100000", "--rate", "20", "-o", output), question: "sent [1-9][0-9]* of 100,000 ", typed: CtrlC);

        run.ShouldEnd(Expected.Interrupted).Out.Should().Contain("Interrupted.");
        run.Out.Should().NotContain("fault of this tool");
        (await receiver.Inbox.ListAsync(new() { Limit = 1 }, TestContext.Current.CancellationToken)).Should().ContainSingle();
    }

    [Fact]
    public async Task CtrlC_AtAQuestion_ChangesNothingAndEndsWith130()
    {
        await using var cloud = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));

        var run = await ToolRun.OnTerminalAsync(
            ["nodes", "destroy", "node-a", "--cloud", cloud.Url], question: @"for good\?", typed: CtrlC);

        run.ShouldEnd(Expected.Interrupted);
        (await ToolRun.ToolAsync("nodes", "show", "node-a", "--cloud", cloud.Url, "-o", "json")).ShouldEnd(Expected.Ok)
            .Json.GetProperty("status").GetString().Should().Be("RUNNING");
    }

    [Fact]
    public async Task Progress_OnATerminal_IsOneLineThatIsTakenAwayInTheEnd()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await ToolRun.OnTerminalAsync(SendLine(receiver, "--count", "20", "--rate", "20"));

        run.ShouldEnd(Expected.Ok).Out.Should().MatchRegex("\rsent [0-9]+ of 20 \\([0-9]+ %\\), [0-9]+/s\e\\[K").And.Contain("\r\e[K");
    }

    [Fact]
    public async Task Progress_InAPipe_IsALineNowAndThenBesideTheDocument()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await ToolRun.OnHostAsync(SendLine(receiver, "--count", "30", "--rate", "20", "-o", "json"), new TestHost([]) { Haste = 10 });

        run.ShouldEnd(Expected.Ok).Json.GetProperty("sent").GetInt32().Should().Be(30);
        run.Error.Should().MatchRegex("^(sent [0-9]+ of 30 \\([0-9]+ %\\), [0-9]+/s\n)+$");
    }

    private Task<RunningReceiver> StartReceiverAsync() =>
        RunningReceiver.StartAsync(_directory.File("inbox.db"), ("PublicKey:Pinned:0", _key.ExportSubjectPublicKeyInfoPem()));

    private string[] SendLine(RunningReceiver receiver, params string[] more)
    {
        var key = _directory.File("key.pem");
        File.WriteAllText(key, _key.ExportRSAPrivateKeyPem());
        return ["send", "--to", receiver.WebhookUrl, "--key", key, "--node", SignedDelivery.DefaultNodeId, .. more];
    }
}

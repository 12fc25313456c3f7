using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Nodes;

/// <summary>A node is asked once, and only <c>/nodeinfo</c> says that it is unlocked. The password is in no output.</summary>
public sealed class UnlockTests : IDisposable
{
    private const string Password = "p4ss\"wörd\\";
    private static readonly Dictionary<string, string> Token = new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" };

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unlock_OfALockedNode_WaitsUntilItIsReady_AndIsNotNeededTwice()
    {
        await using var emulator = await StartAsync(("NodeFaults:0:Fault", "SlowUnlock"), ("NodeFaults:0:Delay", "00:00:01.500"));

        var run = await UnlockAsync(emulator, Password);
        var again = await ToolRun.ToolAsync(["nodes", "unlock", "node-a", "--cloud", emulator.Url, "-o", "json"], Token);

        run.ShouldEnd(Expected.Ok).Json.GetProperty("result").GetString().Should().Be("is ready");
        again.ShouldEnd(Expected.Ok).Json.GetProperty("result").GetString().Should().Be("was ready already");
    }

    [Fact]
    public async Task Unlock_WithAWrongPassword_EndsAtOnce()
    {
        await using var emulator = await StartAsync();

        (await UnlockAsync(emulator, "not it")).ShouldEnd(Expected.Failed).Error.Should().Contain("The password is wrong").And.NotContain("not it");
    }

    [Theory]
    [InlineData("UnlockDoesNotStick")]
    [InlineData("ChangingState")]
    public async Task Unlock_ThatDoesNotMakeItReady_IsNoSuccess(string fault)
    {
        await using var emulator = await StartAsync(("NodeFaults:0:Fault", fault));

        (await UnlockAsync(emulator, Password, "--timeout", "1")).ShouldEnd(Expected.Failed).Error.Should().Contain("not ready after 1 s");
    }

    [Fact]
    public async Task Unlock_WithATemplate_AndAUrl_SendsItOnce_AndLooksWhenThereIsNoAnswer()
    {
        await using var node = await Recorder.StartAsync();
        var isUnlocked = false;
        var unlocks = 0;
        node.Answer = async (_, context) =>
        {
            if (context.Request.Method == "POST")
            {
                // The line is cut before the answer; the node unlocks all the same.
                unlocks++;
                isUnlocked = true;
                context.Abort();
                return;
            }

            context.Response.StatusCode = isUnlocked ? 200 : 403;
            await context.Response.Body.WriteAsync(
                isUnlocked ? """{"pubkey":"02"}"""u8.ToArray() : """{"error":"Node is locked (hint: call unlock)","code":403}"""u8.ToArray());
        };
        await File.WriteAllTextAsync(_directory.File("body.json"), """{"password":"{{password}}","announce_alias":"me"}""", None);

        var run = await ToolRun.ToolAsync(
            ["nodes", "unlock", "node-a", "--url", node.Address.AbsoluteUri, "--password-file", await WriteAsync(Password), "--body-file", _directory.File("body.json")],
            new() { ["THUNDERSTACK_NODE_TOKEN"] = "the-nodes", ["THUNDERSTACK_API_TOKEN"] = "the-token" });

        run.ShouldEnd(Expected.Ok);
        (run.Out + run.Error).Should().NotContain("p4ss");
        unlocks.Should().Be(1);
        var sent = node.Requests.Single(request => request.Path == "/hook/unlock");
        System.Text.Json.JsonDocument.Parse(sent.Body).RootElement.GetProperty("password").GetString().Should().Be(Password);
        sent.Text.Should().Contain("announce_alias");
        node.Requests.Should().OnlyContain(request => request.Headers["Authorization"] == "Bearer the-nodes");
    }

    [Fact]
    public async Task Unlock_OnATerminal_AsksWithoutShowingWhatIsTyped()
    {
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"), ("Nodes:0:Password", "typed-password"));

        var run = await ToolRun.OnTerminalAsync(
            ["nodes", "unlock", "node-a", "--cloud", emulator.Url], question: "Password of node-a: *", typed: "typed-password\r");

        run.ShouldEnd(Expected.Ok).Out.Should().Contain("node-a: is ready").And.NotContain("typed-password");
    }

    [Fact]
    public async Task Unlock_ThatCannotBe_SaysWhy()
    {
        await using var emulator = await StartAsync();
        await File.WriteAllTextAsync(_directory.File("body.json"), """{"password":"mine"}""", None);
        var file = await WriteAsync(Password);

        (await ToolRun.ToolAsync(["nodes", "unlock", "node-a", "--cloud", emulator.Url], Token)).ShouldEnd(Expected.Usage).Error.Should().Contain("--password-file");
        (await ToolRun.ToolAsync("nodes", "unlock", "node-a", "--url", "http://node.example.com:3001", "--password-file", file))
            .ShouldEnd(Expected.Usage).Error.Should().Contain("https only");
        (await ToolRun.ToolAsync("nodes", "unlock", "node-a", "--url", "http://127.0.0.1:1", "--password-file", file, "--body-file", _directory.File("body.json")))
            .ShouldEnd(Expected.Usage).Error.Should().Contain("{{password}}").And.NotContain("mine");
        (await ToolRun.ToolAsync("nodes", "unlock", "node-a", "--url", "http://127.0.0.1:1", "--password-file", file))
            .ShouldEnd(Expected.Unavailable).Error.Should().Contain("cannot be connected to");
        (await ToolRun.ToolAsync(["nodes", "unlock", "nobody", "--cloud", emulator.Url], Token)).ShouldEnd(Expected.NotFound);
    }

    [Fact]
    public async Task Restart_StopsAndStarts_AndLogs_PrintsWhereTheyAre()
    {
        await using var emulator = await StartAsync(("TransitionDelay", "00:00:00.100"));

        (await ToolRun.ToolAsync(["nodes", "restart", "node-a", "--cloud", emulator.Url], Token)).ShouldEnd(Expected.Usage).Error.Should().Contain("--yes");
        (await ToolRun.ToolAsync(["nodes", "restart", "node-a", "--yes", "--cloud", emulator.Url, "-o", "json"], Token))
            .ShouldEnd(Expected.Ok).Json.GetProperty("result").GetString().Should().Be("asked to start again");
        var logs = (await ToolRun.ToolAsync(["nodes", "logs", "node-a", "--cloud", emulator.Url], Token)).ShouldEnd(Expected.Ok);

        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(logs.Out.Trim()), None)).Should().Contain("the log of node-a");
    }

    public void Dispose() => _directory.Dispose();

    private static Task<RunningEmulator> StartAsync(params (string, string?)[] settings) =>
        RunningEmulator.StartAsync([("Nodes:0:NodeId", "node-a"), ("Nodes:0:Password", Password), ("ApiToken", "the-token"), .. settings]);

    private async Task<ToolRun> UnlockAsync(RunningEmulator emulator, string password, params string[] more)
    {
        var run = await ToolRun.ToolAsync(
            ["nodes", "unlock", "node-a", "--cloud", emulator.Url, "--password-file", await WriteAsync(password), "-o", "json", .. more], Token);
        (run.Out + run.Error).Should().NotContain("p4ss");
        return run;
    }

    private async Task<string> WriteAsync(string password)
    {
        await File.WriteAllTextAsync(_directory.File("password"), password + "\n", None);
        return _directory.File("password");
    }
}

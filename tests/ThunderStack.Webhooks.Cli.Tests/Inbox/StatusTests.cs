using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

public sealed class StatusTests : IDisposable
{
    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task Status_WhileAReceiverRuns_ShowsWhatNeedsAPersonUntilItIsOver()
    {
        await using var receiver = await RunningReceiver.StartAsync(_inbox.Path);
        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("FAILED"))).EnsureSuccessStatusCode();
        ToolRun run = null!;
        await Eventually.TrueAsync(async () =>
        {
            run = await ToolRun.ToolAsync("status", "--inbox", _inbox.Path, "--output", "json");
            return run.ShouldEnd(Expected.Ok).Json.GetProperty("conditions").GetArrayLength() > 0;
        });

        var condition = run.Json.GetProperty("conditions")[0];
        condition.GetProperty("kind").GetString().Should().Be("nodeFailed");
        condition.GetProperty("severity").GetString().Should().Be("critical");
        run.Json.GetProperty("nodes")[0].GetProperty("status").GetString().Should().Be("FAILED");
        run.Json.GetProperty("handlers").EnumerateArray().Should().NotBeEmpty();

        var verified = await ToolRun.ToolAsync("inbox", "verify", "--inbox", _inbox.Path, "--output", "json");
        verified.ShouldEnd(Expected.Ok).Json.GetProperty("observed").GetInt64().Should().Be(1);

        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("RUNNING").At("2024-11-06T12:00:01Z"))).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(async () =>
        {
            run = await ToolRun.ToolAsync("status", "--inbox", _inbox.Path);
            return run.ShouldEnd(Expected.Ok).Out.Contains("Nothing needs you.", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Status_OnATerminalOf80Columns_IsWhole()
    {
        await _inbox.KillAllAsync("a-handler-with-a-long-name-of-its-own", SignedDelivery.Valid().ForNode("0f8fad5b-d9cb-469f-a165-70867728950e"));

        var run = await ToolRun.OnTerminalAsync(["status", "--inbox", _inbox.Path]);

        run.ShouldEnd(Expected.Ok).Out.Should().Contain("0f8fad5b-d9cb-469f-a165-70867728950e").And.Contain("a-handler-with-a-long-name-of-its-own").And.Contain("RUNNING");
    }

    [Fact]
    public async Task Status_OfAnInboxThatIsNot_SaysSo() =>
        (await ToolRun.ToolAsync("status", "--inbox", _inbox.File("none.db"))).ShouldEnd(Expected.NotFound);
}

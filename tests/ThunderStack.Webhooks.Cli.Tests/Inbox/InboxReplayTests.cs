using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

public sealed class InboxReplayTests : IDisposable
{
    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task Replay_DeadLetters_ReachTheReceiversHandlerAtItsNextStart()
    {
        await using var handler = await Recorder.StartAsync();
        await _inbox.KillAllAsync("ops", SignedDelivery.Valid().WithStatus("STARTING"), SignedDelivery.Valid().WithStatus("FAILED"));

        var replay = await ToolRun.ToolAsync("inbox", "replay", "--all", "--inbox", _inbox.Path, "-o", "json");

        replay.ShouldEnd(Expected.Ok).Json.GetProperty("deliveries").GetInt32().Should().Be(2);
        replay.Json.GetProperty("handlers").GetProperty("ops").GetInt32().Should().Be(2);
        await using var receiver = await RunningReceiver.StartAsync(
            _inbox.Path, ("Handlers:ops:Type", "Forward"), ("Handlers:ops:Url", handler.Address.AbsoluteUri));
        await Eventually.TrueAsync(() => handler.Requests.Count == 2, "both are handed out again");
        handler.Requests.Select(request => request.Text.Contains("STARTING", StringComparison.Ordinal)).Should().Equal(true, false);
    }

    [Fact]
    public async Task Replay_WhileAReceiverOwnsTheInbox_IsRefusedAndSaysWhatToDo()
    {
        await using var receiver = await RunningReceiver.StartAsync(_inbox.Path);

        var run = await ToolRun.ProcessAsync(["inbox", "replay", "--all", "--inbox", _inbox.Path]);

        run.ShouldEnd(Expected.InUse).Error.Should().Contain("stop the receiver");
        (await receiver.SendAsync(SignedDelivery.Valid())).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Replay_OneEvent_LeavesTheOtherDead()
    {
        await _inbox.KillAllAsync("ops", SignedDelivery.Valid(), SignedDelivery.Valid().ForNode("node-b"));
        var dead = (await ToolRun.ToolAsync("inbox", "list", "--dead", "--inbox", _inbox.Path, "-o", "json")).Json;

        var run = await ToolRun.ToolAsync("inbox", "replay", dead[1].GetProperty("eventId").GetString()!, "--inbox", _inbox.Path);

        run.ShouldEnd(Expected.Ok).Out.Should().Contain("1 delivery will be made again");
        (await DeadAsync()).Should().Be(1);
        (await ToolRun.ToolAsync("inbox", "replay", "--node", "node-b", "--inbox", _inbox.Path)).ShouldEnd(Expected.Ok).Out.Should().Contain("1 delivery");
        (await DeadAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Replay_Finished_IsMadeAgainOnlyWhenAskedFor()
    {
        await using (var inbox = await _inbox.OpenAsync())
        {
            await inbox.RegisterHandlersAsync(["ops"], DeliveryOrdering.PerNode, TestContext.Current.CancellationToken);
            await TestInbox.StoreAsync(inbox, SignedDelivery.Valid());
            var claimed = (await inbox.ClaimAsync("ops", 1, TestContext.Current.CancellationToken)).Single();
            await inbox.SettleAsync(claimed, new Settlement(DeliveryOutcome.Succeeded, TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken);
        }

        (await ToolRun.ToolAsync("inbox", "replay", "--all", "--inbox", _inbox.Path)).ShouldEnd(Expected.Ok).Out.Should().Contain("0 deliveries");
        (await ToolRun.ToolAsync("inbox", "replay", "--all", "--finished", "--inbox", _inbox.Path)).ShouldEnd(Expected.Ok).Out.Should().Contain("1 delivery");
    }

    [Fact]
    public async Task Discard_AsksFirst_AndCanBeDeclined()
    {
        await _inbox.KillAllAsync("ops", SignedDelivery.Valid());
        string[] command = ["inbox", "discard", "--all", "--inbox", _inbox.Path];

        (await ToolRun.ToolAsync(command)).ShouldEnd(Expected.Usage).Error.Should().Contain("--yes");
        (await ToolRun.OnTerminalAsync(command, question: @"dead letters\?", typed: "n\r")).ShouldEnd(Expected.Failed);
        (await DeadAsync()).Should().Be(1);
        (await ToolRun.OnTerminalAsync(command, question: @"dead letters\?", typed: "y\r")).ShouldEnd(Expected.Ok).Out.Should().Contain("1 dead letter discarded");
        (await DeadAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Replay_NothingNamed_OrAnUnknownHandler_IsRefused()
    {
        await _inbox.KillAllAsync("ops", SignedDelivery.Valid());

        (await ToolRun.ToolAsync("inbox", "replay", "--inbox", _inbox.Path)).ShouldEnd(Expected.Usage).Error.Should().Contain("--all");
        (await ToolRun.ToolAsync("inbox", "replay", "--handler", "oops", "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound).Error.Should().Contain("ops");
    }

    private async Task<int> DeadAsync() =>
        (await ToolRun.ToolAsync("inbox", "list", "--dead", "--inbox", _inbox.Path, "-o", "json")).ShouldEnd(Expected.Ok).Json.GetArrayLength();
}

using ThunderStack.Cloud.NodeApi;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>Whether a node that runs can be used is noticed, stored, and told by the dispatcher, and told again when it is over.</summary>
public sealed class NodeWatchTests
{
    private const string Id = "node-a";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("upgrade")]
    [InlineData("crash")]
    [InlineData("restart of which nothing tells")]
    public async Task A_node_is_locked_after_each_start_until_somebody_unlocks_it(string start)
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.UnlockAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.IsAsync(Id, NodeApiState.Ready);

        switch (start)
        {
            case "upgrade":
                await cloud.UpgradeAsync(Id);
                await host.ReceiveAsync(Id, "IN_PROGRESS");
                await host.ReceiveAsync(Id, "RUNNING");
                break;
            case "crash":
                await cloud.CrashAsync(Id);
                await host.ReceiveAsync(Id, "STARTING");
                await host.ReceiveAsync(Id, "RUNNING");
                break;
            default:
                await cloud.LockAsync(Id);
                break;
        }

        await host.ToldAsync("NodeLocked Opened node-a");
        var open = (await host.OpenAsync()).Should().ContainSingle().Subject;
        open.Message.Should().Be("Node node-a runs, but is locked: its wallet and channels are offline.");
        open.Remedy.Should().Be("Run \"thunderstack nodes unlock node-a\".");
        (await cloud.UnlockAsync(Id)).Should().Be(NodeUnlockOutcome.Unlocked);
        await host.ToldAsync("NodeLocked Opened node-a", "NodeLocked Closed node-a");
    }

    [Fact]
    public async Task A_node_is_looked_at_at_once_when_it_says_that_it_runs()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.UnlockAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.ReceiveAsync(Id, "RUNNING");
        await host.IsAsync(Id, NodeApiState.Ready);
        await cloud.UpgradeAsync(Id);
        var before = host.Time.GetUtcNow();

        await host.ReceiveAsync(Id, "IN_PROGRESS");
        await host.ReceiveAsync(Id, "RUNNING");
        await Testing.Eventually.TrueAsync(() => host.StateOf(Id) == NodeApiState.Locked);

        host.Time.GetUtcNow().Should().Be(before, "the clock did not move");
        host.ReadingOf(Id)!.IsConfirmed(TimeSpan.FromMinutes(1)).Should().BeFalse("it was seen once");
    }

    [Theory]
    [InlineData("""{"fault":"Unreachable","count":1}""", NodeApiState.Unreachable)]
    [InlineData("""{"fault":"ChangingState","count":3}""", NodeApiState.Changing)]
    public async Task What_is_seen_once_or_is_about_to_change_needs_nobody(string fault, NodeApiState state)
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.UnlockAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.IsAsync(Id, NodeApiState.Ready);

        await cloud.FaultAsync(fault);
        await host.IsAsync(Id, state);
        await host.IsAsync(Id, NodeApiState.Ready);

        host.Told.Should().BeEmpty();
        (await host.OpenAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_told_until_it_answers_or_no_longer_runs()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.UnlockAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.ReceiveAsync(Id, "RUNNING");
        await host.IsAsync(Id, NodeApiState.Ready);

        await cloud.FaultAsync("""{"fault":"Unreachable"}""");
        await host.ToldAsync("NodeUnreachable Opened node-a");
        (await host.OpenAsync()).Single().Message.Should().Be("Node node-a runs, but its own API cannot be reached: 502: a failure on the way to the node.");
        await cloud.EndFaultsAsync();
        await host.ToldAsync("NodeUnreachable Opened node-a", "NodeUnreachable Closed node-a");

        await cloud.FaultAsync("""{"fault":"Unreachable"}""");
        await host.AdvanceUntilAsync(() => host.Told.Count == 3);
        await host.ReceiveAsync(Id, "PAUSED");
        await host.AdvanceUntilAsync(() => host.Told.Count == 5);
        host.Told.Skip(2).Should().BeEquivalentTo("NodeUnreachable Opened node-a", "NodeUnreachable Closed node-a", "NodePaused Opened node-a");
        host.ReadingOf(Id).Should().BeNull("nobody looks at a node that is paused");
    }

    [Fact]
    public async Task A_locked_node_that_cannot_be_reached_stays_locked()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.ReceiveAsync(Id, "RUNNING");
        await host.ToldAsync("NodeLocked Opened node-a");

        await cloud.FaultAsync("""{"fault":"Unreachable"}""");
        await host.ToldAsync("NodeLocked Opened node-a", "NodeUnreachable Opened node-a");
        await cloud.EndFaultsAsync();
        await host.ToldAsync("NodeLocked Opened node-a", "NodeUnreachable Opened node-a", "NodeUnreachable Closed node-a");
    }

    [Fact]
    public async Task A_node_without_a_wallet_is_not_locked_until_it_has_one()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var node = (await cloud.Client.Nodes.CreateAsync(new NewCloudNode { Name = "new", Network = CloudNetwork.Regtest }, None)).NodeId;
        cloud.Time.Advance(TimeSpan.FromSeconds(2));
        cloud.Time.Advance(TimeSpan.FromSeconds(2));
        await using var host = await WatchHost.StartAsync(cloud, node);

        await host.ToldAsync($"NodeUninitialized Opened {node}");
        await cloud.InitAsync(node, "a password");
        await host.AdvanceUntilAsync(() => host.Told.Count >= 3);

        host.Told.Should().BeEquivalentTo($"NodeUninitialized Opened {node}", $"NodeUninitialized Closed {node}", $"NodeLocked Opened {node}");
        (await cloud.UnlockAsync(node, "a password")).Should().Be(NodeUnlockOutcome.Unlocked);
        await host.AdvanceUntilAsync(() => host.Told.Contains($"NodeLocked Closed {node}"));
    }

    [Fact]
    public async Task A_node_that_is_being_unlocked_is_told_when_it_is_ready_and_not_before()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.ToldAsync("NodeLocked Opened node-a");

        await cloud.FaultAsync("""{"fault":"SlowUnlock","delay":"00:07:00"}""");
        var unlocking = cloud.UnlockAsync(Id);
        await host.IsAsync(Id, NodeApiState.Changing);
        await host.LooksAsync(Id, 3);
        host.Told.Should().Equal("NodeLocked Opened node-a");
        cloud.Time.Advance(TimeSpan.FromMinutes(7));

        await host.ToldAsync("NodeLocked Opened node-a", "NodeLocked Closed node-a");
        (await unlocking).Should().Be(NodeUnlockOutcome.Unlocked);
    }

    [Fact]
    public async Task A_node_that_hangs_delays_no_other()
    {
        await using var cloud = await RunningCloud.StartAsync(Id, "node-b");
        await cloud.UnlockAsync("node-b");
        await cloud.FaultAsync("""{"fault":"Hang","nodeId":"node-a"}""");
        await using var host = await WatchHost.StartAsync(cloud, Id, "node-b");

        await host.IsAsync("node-b", NodeApiState.Ready);
        await host.LooksAsync("node-b", 3);

        host.ReadingOf(Id).Should().BeNull("it has not answered yet");
    }

    [Fact]
    public async Task A_node_that_fails_is_asked_less_often_but_every_ten_minutes()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await cloud.FaultAsync("""{"fault":"Unreachable"}""");
        await using var host = await WatchHost.StartAsync(
        [
            ("Nodes:0:NodeId", Id), ("Nodes:0:Api:Url", cloud.ApiOf(Id).AbsoluteUri), ("NodeWatch:Interval", "00:03:00"),
        ]);

        await host.LooksAsync(Id, 5);

        // Nothing else here waits for so long.
        var pauses = host.Time.Waits.Where(wait => wait > TimeSpan.FromMinutes(2.5) && wait < TimeSpan.FromMinutes(12)).Take(4).Select(wait => wait.TotalMinutes).ToList();
        double[] expected = [3, 6, 10, 10];
        pauses.Should().Equal(expected, (pause, minutes) => Math.Abs(pause - minutes) <= minutes / 10);
        (await host.OpenAsync()).Should().BeEmpty("nobody has said that this node runs");
    }

    [Fact]
    public async Task Readiness_is_one_series_for_each_node_and_state()
    {
        await using var cloud = await RunningCloud.StartAsync(Id, "node-b");
        await cloud.UnlockAsync("node-b");
        await using var host = await WatchHost.StartAsync(cloud, Id, "node-b");

        await host.IsAsync(Id, NodeApiState.Locked);
        await host.IsAsync("node-b", NodeApiState.Ready);

        var (ones, series) = host.Readiness();
        ones.Should().BeEquivalentTo("node-a locked", "node-b ready");
        series.Should().Be(12);
    }
}

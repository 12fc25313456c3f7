using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.Emulator.Tests.NodeApi;

/// <summary>The nodes' own API, as the typed client sees it.</summary>
public sealed class NodeApiTests
{
    private const string Id = "node-a";
    private static readonly byte[] Right = Encoding.UTF8.GetBytes("""{"password":"emulated-password"}""");
    private static readonly byte[] Wrong = Encoding.UTF8.GetBytes("""{"password":"guess"}""");
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_is_locked_at_first_and_after_each_upgrade_restart_and_crash()
    {
        await using var emulator = await StartAsync();
        await using var node = await NodeAsync(emulator);

        await node.ShouldBeAsync(NodeApiState.Locked);
        (await node.UnlockAsync(Wrong)).Should().Be(NodeUnlockOutcome.WrongPassword);
        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.Unlocked);
        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.AlreadyUnlocked);
        await node.ShouldBeAsync(NodeApiState.Ready);
        await node.Client.LockAsync(node.Endpoint, None);
        await node.ShouldBeAsync(NodeApiState.Locked);

        await node.UnlockAsync(Right);
        await emulator.Client.Nodes.UpgradeAsync(Id, None);
        await node.ShouldBeAsync(NodeApiState.Unreachable);
        emulator.Time.Advance(Step);
        await node.ShouldBeAsync(NodeApiState.Locked);

        await node.UnlockAsync(Right);
        await emulator.Client.Nodes.StopAsync(Id, None);
        emulator.Time.Advance(Step);
        await emulator.Client.Nodes.StartAsync(Id, None);
        emulator.Time.Advance(Step);
        await node.ShouldBeAsync(NodeApiState.Locked);

        await node.UnlockAsync(Right);
        await emulator.SendEventAsync("""{"nodeId":"node-a","status":"FAILED","url":"http://127.0.0.1:1/"}""");
        await emulator.Client.Nodes.StartAsync(Id, None);
        emulator.Time.Advance(Step);
        await node.ShouldBeAsync(NodeApiState.Locked);
    }

    [Fact]
    public async Task A_created_node_wants_init_before_it_is_unlocked()
    {
        await using var emulator = await StartAsync();
        var created = await emulator.Client.Nodes.CreateAsync(new NewCloudNode { Name = "new", Network = CloudNetwork.Regtest }, None);
        emulator.Time.Advance(Step);
        emulator.Time.Advance(Step);
        await using var node = await NodeAsync(emulator, created.NodeId);

        await node.ShouldBeAsync(NodeApiState.Locked);
        (await node.UnlockAsync(Wrong)).Should().Be(NodeUnlockOutcome.NotInitialized);
        using var init = await emulator.Http.PostAsJsonAsync(node.Endpoint.Url + "/init", new { password = "guess" }, None);

        init.StatusCode.Should().Be(HttpStatusCode.OK);
        (await emulator.Client.Nodes.GetAsync(created.NodeId, None)).Initialized.Should().BeTrue();
        (await node.UnlockAsync(Wrong)).Should().Be(NodeUnlockOutcome.Unlocked);
        (await emulator.GetAsync(node.Endpoint.Url + "/networkinfo")).GetProperty("network").GetString().Should().Be("regtest");
    }

    [Fact]
    public async Task A_slow_unlock_refuses_other_calls_and_ends_although_nobody_waits()
    {
        await using var emulator = await StartAsync();
        await using var node = await NodeAsync(emulator);
        await SetFaultAsync(emulator, """{"fault":"SlowUnlock","delay":"00:07:00","count":1}""");
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(None);

        var unlock = node.Client.UnlockAsync(node.Endpoint, Right, cancellationToken: hangUp.Token);
        await emulator.Time.UntilBegunAsync(1, wait => wait == TimeSpan.FromMinutes(7));
        await node.ShouldBeAsync(NodeApiState.Changing);
        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.Changing);
        await hangUp.CancelAsync();
        await unlock.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        emulator.Time.Advance(TimeSpan.FromMinutes(7));

        await node.ShouldBeAsync(NodeApiState.Ready);
    }

    [Theory]
    [InlineData("WrongPassword", NodeUnlockOutcome.WrongPassword, NodeApiState.Locked)]
    [InlineData("UnlockDoesNotStick", NodeUnlockOutcome.Unlocked, NodeApiState.Locked)]
    [InlineData("ChangingState", NodeUnlockOutcome.Changing, NodeApiState.Changing)]
    [InlineData("Unreachable", NodeUnlockOutcome.Unknown, NodeApiState.Unreachable)]
    public async Task A_fault_lasts_until_it_is_ended(string fault, NodeUnlockOutcome outcome, NodeApiState state)
    {
        await using var emulator = await StartAsync(("NodeFaults:0:Fault", fault), ("NodeFaults:0:NodeId", Id));
        await using var node = await NodeAsync(emulator);

        (await node.UnlockAsync(Right)).Should().Be(outcome);
        await node.ShouldBeAsync(state);
        (await emulator.Client.Nodes.GetAsync(Id, None)).Status.Should().Be(CloudNodeStatus.Running);
        using var ended = await emulator.ControlAsync(HttpMethod.Delete, "/emulator/node-faults");

        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.Unlocked);
        await node.ShouldBeAsync(NodeApiState.Ready);
    }

    [Fact]
    public async Task A_call_that_hangs_is_never_answered_and_the_next_one_is()
    {
        await using var emulator = await StartAsync();
        await using var node = await NodeAsync(emulator);
        await SetFaultAsync(emulator, """{"fault":"Hang","count":1}""");

        var unlock = await node.Client.UnlockAsync(node.Endpoint, Right, TimeSpan.FromMilliseconds(500), None);

        unlock.Outcome.Should().Be(NodeUnlockOutcome.Unknown);
        await node.ShouldBeAsync(NodeApiState.Locked);
    }

    [Fact]
    public async Task An_old_build_does_not_name_its_errors_and_is_understood()
    {
        await using var emulator = await StartAsync(("NodeFaults:0:Fault", "NamelessError"));
        await using var node = await NodeAsync(emulator);

        using var answer = await emulator.Http.GetAsync(new Uri(node.Endpoint.Url + "/nodeinfo"), None);
        (await answer.Content.ReadAsStringAsync(None)).Should().Contain("error").And.NotContain("name");
        await node.ShouldBeAsync(NodeApiState.Locked);
        (await node.UnlockAsync(Wrong)).Should().Be(NodeUnlockOutcome.WrongPassword);
        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.Unlocked);
        (await node.UnlockAsync(Right)).Should().Be(NodeUnlockOutcome.AlreadyUnlocked);
    }

    [Fact]
    public async Task A_node_wants_the_token_of_the_account()
    {
        await using var emulator = await StartAsync(("ApiToken", RunningEmulator.Token));
        await using var node = await NodeAsync(emulator);

        (await node.Client.LookAsync(new NodeApiEndpoint(node.Endpoint.Url), None)).State.Should().Be(NodeApiState.Unauthorized);
        await node.ShouldBeAsync(NodeApiState.Locked);
    }

    private static Task<RunningEmulator> StartAsync(params (string, string?)[] settings) =>
        RunningEmulator.StartAsync([("Nodes:0:NodeId", Id), .. settings]);

    private static async Task SetFaultAsync(RunningEmulator emulator, string json)
    {
        using var set = await emulator.ControlAsync(HttpMethod.Post, "/emulator/node-faults", json);
        set.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static async Task<Node> NodeAsync(RunningEmulator emulator, string id = Id) =>
        new(new Uri((await emulator.Client.Nodes.GetAsync(id, None)).InvokeUrl!));

    /// <summary>A node by its <c>invoke_url</c>, and a client of it as a host would get it.</summary>
    private sealed class Node(Uri url) : IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddThunderStackNodeApi().BuildServiceProvider();

        public NodeApiEndpoint Endpoint { get; } = new(url, RunningEmulator.Token);

        public NodeApiClient Client => _services.GetRequiredService<NodeApiClient>();

        public async Task<NodeUnlockOutcome> UnlockAsync(byte[] body) =>
            (await Client.UnlockAsync(Endpoint, body, cancellationToken: None)).Outcome;

        public async Task ShouldBeAsync(NodeApiState state) => (await Client.LookAsync(Endpoint, None)).State.Should().Be(state);

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Dispatch;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>What a comparison with the cloud stores, on a real store and against a real server. The clock is the test's.</summary>
public sealed class CloudSweepTests : IAsyncLifetime
{
    private const string Node = "node-a";
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMinutes(2);

    private readonly Recording _handled = new();
    private RunningCloud _cloud = null!;
    private DispatchHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CloudSweep Sweep => _host.Services.GetRequiredService<CloudSweep>();

    public async ValueTask InitializeAsync()
    {
        _cloud = await RunningCloud.StartAsync(Node, "node-of-others");
        _host = await DispatchHost.StartAsync(
            builder => builder.AddHandler<NodeStatusUpdated>("recording", _handled.HandleAsync).AddReconciliation(),
            new Dictionary<string, string?> { ["ThunderStack:Cloud:BaseAddress"] = _cloud.Address });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_change_that_no_webhook_told_is_stored_once_it_has_settled_and_only_once()
    {
        await _host.AppendAsync(Node, "RUNNING");
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");

        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().BeEmpty("a webhook may still be under way");
        _host.Time.Advance(SettlingTime);
        var askedAt = _host.Time.GetUtcNow();
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime);
        await Sweep.RunAsync(Token);

        var entry = (await ReconciledAsync()).Should().ContainSingle().Subject;
        entry.Status.Should().Be(NodeStatus.Paused);
        entry.Timestamp.Should().Be(askedAt);
        (await StatusAsync()).Should().Be(NodeStatus.Paused);
    }

    [Fact]
    public async Task Handlers_get_it_like_any_event_and_see_where_it_comes_from()
    {
        await _cloud.ChangeSilentlyAsync(Node, "FAILED");
        await SettleAsync();

        await Eventually.TrueAsync(() => !_handled.Events.IsEmpty);

        var handled = _handled.Events.Single();
        handled.Source.Should().Be(EventSource.Reconciled);
        handled.Status.Should().Be(NodeStatus.Failed);
        handled.NodeId.Value.Should().Be(Node);
    }

    [Fact]
    public async Task A_webhook_that_comes_before_the_settling_time_is_over_makes_it_unnecessary()
    {
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        await _host.AppendAsync(Node, "PAUSED");
        _host.Time.Advance(SettlingTime);

        await Sweep.RunAsync(Token);

        (await ReconciledAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_status_that_changes_again_settles_anew()
    {
        await _host.AppendAsync(Node, "RUNNING");
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime - TimeSpan.FromSeconds(1));
        await _cloud.ChangeSilentlyAsync(Node, "STARTING");
        await Sweep.RunAsync(Token);
        _host.Time.Advance(TimeSpan.FromSeconds(1));

        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().BeEmpty();

        _host.Time.Advance(SettlingTime);
        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().ContainSingle().Which.Status.Should().Be(NodeStatus.Starting);
    }

    [Fact]
    public async Task A_webhook_of_yet_another_status_lets_it_settle_anew()
    {
        await _host.AppendAsync(Node, "RUNNING");
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        await _host.AppendAsync(Node, "STARTING");
        _host.Time.Advance(SettlingTime);

        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().BeEmpty("the webhook of the change may be on its way behind that one");

        _host.Time.Advance(SettlingTime);
        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_webhook_that_comes_while_the_cloud_answers_counts()
    {
        await _host.AppendAsync(Node, "RUNNING");
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime);
        _cloud.Asked = () => _host.AppendAsync(Node, "PAUSED");

        await Sweep.RunAsync(Token);

        (await ReconciledAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Its_time_is_when_the_cloud_was_asked_so_that_what_comes_after_that_is_newer()
    {
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime);
        var askedAt = _host.Time.GetUtcNow();
        _cloud.Asked = () =>
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };

        await Sweep.RunAsync(Token);

        var entry = (await ReconciledAsync()).Should().ContainSingle().Subject;
        entry.Timestamp.Should().Be(askedAt);
        entry.ReceivedAt.Should().Be(askedAt.AddSeconds(1));
    }

    [Fact]
    public async Task What_the_store_does_not_take_stays_settled_and_is_stored_by_the_next_comparison()
    {
        using var log = new LogCollector();
        var failing = ActivatorUtilities.CreateInstance<CloudSweep>(
            _host.Services, new ScriptedInbox(), new Logger<CloudSweep>(new LoggerFactory([log])));
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime);

        await failing.RunAsync(Token);

        log.At(LogLevel.Warning).Should().ContainSingle(line => line.Contains("could not be stored"));
        failing.NextAt.Should().Be(_host.Time.GetUtcNow());
        await Sweep.RunAsync(Token);
        (await ReconciledAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_node_that_flaps_unheard_gets_an_event_for_each_change_that_settled()
    {
        await _host.AppendAsync(Node, "RUNNING");
        foreach (var status in (string[])["PAUSED", "RUNNING", "PAUSED"])
        {
            await _cloud.ChangeSilentlyAsync(Node, status);
            await SettleAsync();
        }

        (await ReconciledAsync()).Select(entry => entry.Status!.Value.Value).Should().Equal("PAUSED", "RUNNING", "PAUSED");
    }

    [Fact]
    public async Task A_webhook_that_comes_late_stays_what_it_is_and_does_not_undo_the_newer_status()
    {
        await _cloud.ChangeSilentlyAsync(Node, "PAUSED");
        await SettleAsync();

        var late = await _host.AppendAsync(Node, "STARTING");

        (await _host.Administration.FindAsync(late, Token))!.Source.Should().Be(EventSource.Webhook);
        (await StatusAsync()).Should().Be(NodeStatus.Paused);
    }

    [Fact]
    public async Task A_status_that_is_not_documented_is_taken_as_it_is()
    {
        await _cloud.ChangeSilentlyAsync(Node, "HIBERNATING");

        await SettleAsync();

        (await ReconciledAsync()).Should().ContainSingle().Which.Status.Should().Be(new NodeStatus("HIBERNATING"));
    }

    [Fact]
    public async Task Nodes_that_are_not_configured_are_nobodys_business()
    {
        await _host.AppendAsync(Node, "RUNNING");
        await _cloud.ChangeSilentlyAsync("node-of-others", "FAILED");

        await SettleAsync();

        (await ReconciledAsync()).Should().BeEmpty();
    }

    [Fact]
    public void The_same_missed_change_is_the_same_event_whoever_notices_it_and_whenever()
    {
        var last = new NodeState(new NodeId(Node), NodeStatus.Running, TestStart, WebhookEventId.Create(TestStart, new byte[32]));
        var change = new MissedChange(new NodeId(Node), NodeStatus.Paused, last);

        var first = change.ToEntry(TestStart, TestStart);
        var second = change.ToEntry(TestStart.AddHours(1), TestStart.AddHours(2));
        var afterAnother = (change with { Last = last with { EventId = WebhookEventId.Create(TestStart.AddSeconds(1), new byte[32]) } }).ToEntry(TestStart, TestStart);

        second.Id.Should().Be(first.Id);
        afterAnother.Id.Should().NotBe(first.Id);
    }

    private static DateTimeOffset TestStart { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Compares, lets the settling time pass, and compares again.</summary>
    private async Task SettleAsync()
    {
        await Sweep.RunAsync(Token);
        _host.Time.Advance(SettlingTime);
        await Sweep.RunAsync(Token);
    }

    private async Task<NodeStatus> StatusAsync() =>
        (await _host.Administration.ListNodeStatesAsync(Token)).Single(state => state.NodeId.Value == Node).Status;

    /// <summary>The reconciled events, oldest first.</summary>
    private async Task<IReadOnlyList<InboxEntry>> ReconciledAsync() =>
        [.. (await _host.Administration.ListAsync(new EventFilter(), Token)).Where(entry => entry.Source == EventSource.Reconciled).Reverse()];
}

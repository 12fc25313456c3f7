using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Conditions;

/// <summary>What needs a person is noticed, told once, and told again when it is over.</summary>
public sealed class ConditionMonitorTests
{
    private readonly ConcurrentQueue<ConditionChanged> _told = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_node_is_told_once_and_again_when_it_runs()
    {
        await using var host = await StartAsync();

        await host.AppendAsync(status: "FAILED");
        await ToldAsync(host, "NodeFailed Opened node-a");
        await host.AppendAsync(status: "FAILED");
        await host.AppendAsync(status: "RUNNING");
        await ToldAsync(host, "NodeFailed Opened node-a", "NodeFailed Closed node-a");

        var opened = _told.First();
        opened.Severity.Should().Be(ConditionSeverity.Critical);
        opened.NodeId.Should().Be(new NodeId("node-a"));
        opened.Message.Should().Be("Node node-a (my node) has failed.");
        opened.Source.Should().Be(EventSource.Observed);
    }

    [Fact]
    public async Task A_node_that_is_not_configured_needs_nobody()
    {
        await using var host = await StartAsync();

        await host.AppendAsync("node-z", "FAILED");
        await host.AppendAsync("node-a", "PAUSED");

        await ToldAsync(host, "NodePaused Opened node-a");
    }

    [Fact]
    public async Task A_node_that_is_starting_for_too_long_is_stuck()
    {
        await using var host = await StartAsync(("Conditions:StuckAfter", "00:01:00"));
        await host.AppendAtAsync("node-a", "STARTING");
        var since = host.Time.GetUtcNow();

        await ToldAsync(host, "NodeStuck Opened node-a");

        (host.Time.GetUtcNow() - since).Should().BeGreaterThan(TimeSpan.FromMinutes(1)).And.BeLessThan(TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task A_node_that_keeps_changing_flaps_until_it_has_been_quiet_for_the_window()
    {
        await using var host = await StartAsync(("Conditions:FlappingChanges", "4"), ("Conditions:FlappingWindow", "00:03:00"));
        foreach (var status in new[] { "RUNNING", "STARTING", "RUNNING", "RUNNING" })
        {
            await host.AppendAtAsync("node-a", status);
        }

        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await OpenAsync(host)).Should().BeEmpty("three changes are not four, and a repetition is none");
        await host.AppendAtAsync("node-a", "STARTING");
        await ToldAsync(host, "NodeFlapping Opened node-a");
        await host.AppendAtAsync("node-a", "RUNNING");
        var quietSince = host.Time.GetUtcNow();
        await ToldAsync(host, "NodeFlapping Opened node-a", "NodeFlapping Closed node-a");

        (host.Time.GetUtcNow() - quietSince).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_handlers_dead_letters_and_failures_in_a_row_are_told_until_it_succeeds()
    {
        var isBroken = true;
        await using var host = await StartAsync(
            builder => builder.AddHandler<NodeStatusUpdated>("ops", (_, _, _) => Volatile.Read(ref isBroken) ? throw new DeadLetterException("no") : Task.CompletedTask));
        for (var i = 0; i < 10; i++)
        {
            await host.AppendAsync($"node-{i}");
        }

        await ToldAsync(host, "DeadLetters Opened ops", "HandlerFailing Opened ops");

        Volatile.Write(ref isBroken, false);
        (await host.Administration.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(10);
        await ToldAsync(host, "DeadLetters Opened ops", "HandlerFailing Opened ops", "DeadLetters Closed ops", "HandlerFailing Closed ops");
    }

    [Fact]
    public async Task Events_behind_one_that_a_handler_fails_are_told_after_a_while()
    {
        await using var host = await StartAsync(builder => builder.AddHandler<NodeStatusUpdated>("ops", (_, _, _) => throw new InvalidOperationException("no")), ("Conditions:BacklogAfter", "00:02:00"));
        await host.AppendAsync();
        await host.AppendAsync();

        await ToldAsync(host, "LaneBlocked Opened ops/node-a");

        _told.Single().Remedy.Should().StartWith("Look at it with \"thunderstack inbox show ");
    }

    [Fact]
    public async Task What_is_still_open_is_reminded_of()
    {
        await using var host = await StartAsync(("Conditions:RemindAfter", "00:02:00"));
        await host.AppendAtAsync("node-a", "FAILED");

        await ToldAsync(host, "NodeFailed Opened node-a", "NodeFailed Reminded node-a", "NodeFailed Reminded node-a");

        _told.Select(told => told.Since).Distinct().Should().ContainSingle("it is the same condition");
    }

    [Fact]
    public async Task A_source_of_ones_own_is_asked_and_one_that_fails_changes_nothing()
    {
        var source = new DiskConditions();
        await using var host = await StartAsync(builder => builder.Services.AddSingleton<IConditionSource>(source));
        await ToldAsync(host, "DiskFull Opened receiver");

        source.IsBroken = true;
        await host.AppendAsync(status: "FAILED");
        await ToldAsync(host, "DiskFull Opened receiver", "NodeFailed Opened node-a");
        source.IsBroken = false;
        source.IsFull = false;
        await ToldAsync(host, "DiskFull Opened receiver", "NodeFailed Opened node-a", "DiskFull Closed receiver");
    }

    private Task<DispatchHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    private Task<DispatchHost> StartAsync(Action<ThunderStackWebhooksBuilder> configure, params (string Key, string Value)[] settings) => DispatchHost.StartAsync(
        builder =>
        {
            builder.AddHandler<ConditionChanged>("pager", (condition, _, _) =>
            {
                _told.Enqueue(condition);
                return Task.CompletedTask;
            });
            configure(builder);
        },
        settings.Append((Key: "Nodes:0:Name", Value: "my node")).ToDictionary(setting => $"ThunderStack:{setting.Key}", setting => (string?)setting.Value));

    private async Task ToldAsync(DispatchHost host, params string[] expected)
    {
        await host.AdvanceUntilAsync(() => _told.Count >= expected.Length);
        _told.Select(told => $"{told.Kind} {told.Change} {told.Subject}").Should().BeEquivalentTo(expected);
    }

    private static Task<IReadOnlyList<Condition>> OpenAsync(DispatchHost host) => host.Administration.ListConditionsAsync(closed: false, Token);

    private sealed class DiskConditions : IConditionSource
    {
        public volatile bool IsBroken;
        public volatile bool IsFull = true;

        public IReadOnlyCollection<ConditionKind> Kinds { get; } = [new ConditionKind("DiskFull")];

        public Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken) => Task.FromResult(
            IsBroken ? throw new IOException("scripted")
            : IsFull ? (IReadOnlyCollection<Condition>?)[new Condition
            {
                Kind = new ConditionKind("DiskFull"),
                Subject = "receiver",
                Severity = ConditionSeverity.Warning,
                Since = DateTimeOffset.UnixEpoch,
                Message = "The disk is full.",
            }]
            : []);
    }
}

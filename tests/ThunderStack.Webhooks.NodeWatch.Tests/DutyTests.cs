using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>One replica at a time watches; any other asks no node, and knows nothing.</summary>
public sealed class DutyTests
{
    private const string Id = "node-a";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_without_the_duty_asks_nobody_and_leaves_everything_as_it_is()
    {
        await using var node = await Recorder.StartAsync();
        var duties = new OtherReplica { HasDuty = true };
        await using var host = await WatchHost.StartAsync(
            [("Nodes:0:NodeId", Id), ("Nodes:0:Api:Url", node.Address.AbsoluteUri)], services => services.AddSingleton<IConditionStore>(duties));
        var source = host.Services.GetServices<IConditionSource>().OfType<NodeReadinessConditions>().Single();

        await host.AdvanceUntilAsync(() => duties.Asked >= 3);
        node.Requests.Should().BeEmpty();
        (await source.FindAsync([], None)).Should().BeNull();

        duties.HasDuty = false;
        await host.AdvanceUntilAsync(() => host.StateOf(Id) == NodeApiState.Unreachable);
        (await source.FindAsync([], None)).Should().BeEmpty("it was seen once");

        duties.HasDuty = true;
        await host.AdvanceUntilAsync(() => host.Services.GetRequiredService<NodeReadings>().Current is null);
        var asked = node.Requests.Count;
        (await source.FindAsync([], None)).Should().BeNull();
        var before = duties.Asked;
        await host.AdvanceUntilAsync(() => duties.Asked >= before + 10);
        node.Requests.Should().HaveCount(asked, "it has stopped");
    }

    [Fact]
    public async Task A_replica_that_takes_over_closes_nothing_before_it_has_looked()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await WatchHost.StartAsync(cloud, Id);
        await host.IsAsync(Id, NodeApiState.Locked);
        var open = new Condition
        {
            Kind = ConditionKind.NodeLocked,
            Subject = Id,
            NodeId = new NodeId(Id),
            Severity = ConditionSeverity.Critical,
            Message = "before",
            Since = default,
        };

        var found = await host.Services.GetServices<IConditionSource>().OfType<NodeReadinessConditions>().Single().FindAsync([open], None);

        found.Should().Equal([open], "one look neither opens nor closes");
    }

    [Fact]
    public async Task What_is_switched_off_asks_nobody_and_closes_what_is_open()
    {
        await using var node = await Recorder.StartAsync();
        var duties = new OtherReplica();
        await using var host = await WatchHost.StartAsync(
            [("Nodes:0:NodeId", Id), ("Nodes:0:Api:Url", node.Address.AbsoluteUri), ("NodeWatch:Enabled", "false")],
            services => services.AddSingleton<IConditionStore>(duties));

        // Its pauses, of 20 s.
        await host.AdvanceUntilAsync(() => host.Time.Waits.Count(wait => wait > TimeSpan.FromSeconds(17) && wait < TimeSpan.FromSeconds(23)) >= 3);

        node.Requests.Should().BeEmpty();
        duties.Asked.Should().Be(0);
        (await host.Services.GetServices<IConditionSource>().OfType<NodeReadinessConditions>().Single().FindAsync([], None)).Should().BeEmpty();
    }

    /// <summary>What another replica lets this one have of the duty to watch.</summary>
    private sealed class OtherReplica : IConditionStore
    {
        private int _asked;

        public volatile bool HasDuty;

        public int Asked => Volatile.Read(ref _asked);

        public Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken) =>
            Task.FromResult(false);

        public Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken)
        {
            if (duty.Name != "nodewatch")
            {
                return Task.FromResult(false);
            }

            Interlocked.Increment(ref _asked);
            return Task.FromResult(!HasDuty);
        }
    }
}

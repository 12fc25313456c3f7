using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Verification;

namespace ThunderStack.Webhooks.EndToEnd.Replicas;

/// <remarks>
/// The counts are those of CI. The whole campaign: <c>THUNDERSTACK_REPLICA_KILLS=50 THUNDERSTACK_POSTGRES_KILLS=20
/// THUNDERSTACK_REPLICA_EVENTS=20000</c>.
/// </remarks>
public sealed class ReplicaTests
{
    private const int LongestCalm = 500;
    private const int ControlEvents = 500;
    private const int ControlKills = 5;

    // A replica that was killed keeps its nodes until nobody can be handling their events any more.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BalancerTime = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Receivers_and_PostgreSql_killed_at_random_moments_lose_double_and_reorder_nothing(int count)
    {
        var random = Campaign.CreateRandom();
        await using var replicas = await ReplicaSet.StartAsync(count);
        replicas.Recorder.Dwell = TimeSpan.FromMilliseconds(2);
        var load = replicas.Load;
        load.Start();

        var kills = Enumerable.Repeat(false, Campaign.ReplicaKills).Concat(Enumerable.Repeat(true, Campaign.PostgreSqlKills)).ToArray();
        random.Shuffle(kills);
        foreach (var isDatabase in kills)
        {
            var before = load.Total;
            await Wait.UntilAsync(() => load.Total > before, Long, () => $"events are accepted. They wrote:\n{replicas.Outputs}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestCalm)), TimeProvider.System, Token);
            if (isDatabase)
            {
                await replicas.Database.KillAsync();
                await replicas.Database.StartAgainAsync();
            }
            else
            {
                var victim = random.Next(count);
                await replicas.KillAsync(victim);
                await replicas.StartAsync(victim);
            }
        }

        await Wait.UntilAsync(() => load.Total >= Campaign.ReplicaEvents, Long, () => $"enough events are accepted. They wrote:\n{replicas.Outputs}");
        await load.StopAsync();
        await replicas.Recorder.UntilSeenAsync(load.Acknowledged, DrainTime);

        Campaign.Tell($"{count} receivers, {Campaign.ReplicaKills} of them and {Campaign.PostgreSqlKills} times PostgreSQL killed: "
            + $"{load.Total} answered 200, {load.Refused} answered 503, {load.Broken} not answered, {replicas.Recorder.Repeats} handled again.");
        load.Unexpected.Should().BeEmpty();
        StoredEvents.ReadPostgreSql(replicas.Database.ConnectionString).ShouldHold(load);
        replicas.Recorder.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_synchronous_commit_a_killed_PostgreSql_loses_what_was_answered_200()
    {
        var settings = new Dictionary<string, string> { ["synchronous_commit"] = "off", ["wal_writer_delay"] = "10s", ["wal_writer_flush_after"] = "1GB" };
        await using var replicas = await ReplicaSet.StartAsync(2, settings, allowDataLoss: true);
        var load = replicas.Load;
        load.Start();

        var lost = 0L;
        for (var kill = 0; kill < ControlKills && lost == 0; kill++)
        {
            var before = load.Total;
            await Wait.UntilAsync(() => load.Total > before + ControlEvents, Long, () => $"events are accepted. They wrote:\n{replicas.Outputs}");
            await replicas.Database.KillAsync();
            await replicas.Database.StartAgainAsync();
            lost = StoredEvents.ReadPostgreSql(replicas.Database.ConnectionString).CountLost(load);
        }

        await load.StopAsync();
        Campaign.Tell($"{lost} of {load.Total} lost.");
        lost.Should().BePositive("otherwise the other tests could not see a loss");
    }

    [Fact]
    public async Task Restarted_one_by_one_under_load_they_answer_nothing_but_200_and_503_and_lose_nothing()
    {
        // No attempt times out, however busy the machine: an event that comes again then is one whose result was lost.
        var before = BuiltProgram.ReceiverBefore;
        await using var replicas = await ReplicaSet.StartAsync(2, handlerTimeout: TimeSpan.FromSeconds(30), program: before);
        var load = replicas.Load;
        load.Start();

        for (var replica = 0; replica < replicas.Count; replica++)
        {
            var accepted = load.Total;
            await Wait.UntilAsync(() => load.Total > accepted, Long, () => $"events are accepted. They wrote:\n{replicas.Outputs}");
            (await replicas.TerminateAsync(replica, BalancerTime, StopTime)).Should().Be(0);
            await replicas.StartAsync(replica);
        }

        // Whoever leaves in good order is not waited for.
        await Task.Delay(BalancerTime, TimeProvider.System, Token);
        var broken = load.Broken;
        await load.StopAsync();

        // One of the version before may leave lanes behind that nobody has until its leases are over.
        var isUpgrade = before != BuiltProgram.Receiver;
        await replicas.Recorder.UntilSeenAsync(load.Acknowledged, isUpgrade ? DrainTime : StopTime);

        Campaign.Tell($"{load.Total} answered 200, {load.Refused} answered 503, {broken} not answered, {replicas.Recorder.Repeats} handled again.");
        broken.Should().Be(0);
        load.Unexpected.Should().BeEmpty();
        StoredEvents.ReadPostgreSql(replicas.Database.ConnectionString).ShouldHold(load);
        replicas.Recorder.Violations.Should().BeEmpty();
        if (!isUpgrade)
        {
            replicas.Recorder.Repeats.Should().Be(0, "whoever stops in good order records its results");
        }
    }
}

using System.Text.Json;
using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Operating;

/// <remarks>The size is that of CI. The whole: <c>THUNDERSTACK_REPLAYS=10000</c>.</remarks>
public sealed class ReplayTests
{
    private const int Nodes = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task What_was_counted_is_replayed_once_although_it_is_asked_for_twice_at_once(string provider)
    {
        await using var store = await FillAsync(provider);
        await using var recorder = await RecordingHandler.StartAsync();
        await using var receiver = await OperatedReceiver.StartAsync(store.Settings("receiver").WithNodes(FilledInbox.NodesOf(Nodes)).ForwardingTo(recorder));

        var counted = await CountAsync(receiver);
        var answers = await Task.WhenAll(ReplayAsync(receiver, counted), ReplayAsync(receiver, counted));

        counted.GetProperty("count").GetInt32().Should().Be(Campaign.Replays);
        answers.Sum(answer => answer.GetProperty("count").GetInt32()).Should().Be(Campaign.Replays, "each delivery is replayed by one of the two");
        await UntilAllSucceededAsync(recorder);
        recorder.Violations.Should().BeEmpty();
        recorder.Attempts.Should().HaveCount(Campaign.Replays);
        (await CountAsync(receiver)).GetProperty("count").GetInt32().Should().Be(0);
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task Killed_half_way_and_asked_for_again_it_ends_complete_and_in_order(string provider)
    {
        await using var store = await FillAsync(provider);
        await using var recorder = await RecordingHandler.StartAsync();
        var settings = store.Settings("receiver").WithNodes(FilledInbox.NodesOf(Nodes)).ForwardingTo(recorder);
        JsonElement counted;
        int running;
        await using (var receiver = await OperatedReceiver.StartAsync(settings))
        {
            counted = await CountAsync(receiver);
            recorder.Dwell = TimeSpan.FromMilliseconds(5);
            _ = ReplayAsync(receiver, counted).ContinueWith(static answer => answer.Exception, TaskScheduler.Default);
            await Wait.UntilAsync(() => recorder.Attempts.Count >= Campaign.Replays / 2, Patience, () => $"half of them are replayed; {recorder.Attempts.Count} are");
            await receiver.Process.KillAsync();
            running = recorder.Attempts.Count;
        }

        recorder.Dwell = TimeSpan.Zero;
        await using var next = await OperatedReceiver.StartAsync(settings);
        await ReplayAsync(next, counted);

        await UntilAllSucceededAsync(recorder);
        recorder.Violations.Should().BeEmpty();
        Campaign.Tell($"{provider}: killed after {running} of {Campaign.Replays}; {recorder.Repeats} came again");
        await Wait.UntilAsync(
            async () => await CountStateAsync(next, "succeeded") == Campaign.Replays, Patience, () => "all of them are recorded as handled");
        (await CountAsync(next)).GetProperty("count").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task A_handler_that_is_paused_on_one_replica_is_paused_on_the_other()
    {
        await using var store = await FillAsync("PostgreSql");
        await using var recorder = await RecordingHandler.StartAsync();
        await using var one = await StartAsync("one");
        await using var other = await StartAsync("other");
        var paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        recorder.Dwell = TimeSpan.FromMilliseconds(500);
        recorder.Holds = _ => BothReplay() ? paused.Task : Task.CompletedTask;
        await ReplayAsync(one, await CountAsync(one));
        await Wait.UntilAsync(BothReplay, Patience, () => "both replicas replay");

        await one.PostAsync("/api/v1/handlers/recorder/pause");
        paused.SetResult();
        var atRest = await UntilAtRestAsync(recorder);

        Campaign.Tell($"Paused after {atRest} of {Campaign.Replays}.");
        atRest.Should().BeLessThan(Campaign.Replays, "otherwise there was nothing left to pause");
        (await HandlerAsync(other)).GetProperty("pausedBy").GetString().Should().Be("ops");
        recorder.Dwell = TimeSpan.Zero;
        await other.PostAsync("/api/v1/handlers/recorder/resume");
        await UntilAllSucceededAsync(recorder);
        recorder.Violations.Should().BeEmpty();

        bool BothReplay() => recorder.Attempts.Select(attempt => attempt.Replica).Distinct().Count() == 2;

        Task<OperatedReceiver> StartAsync(string replica) =>
            OperatedReceiver.StartAsync(store.Settings(replica).WithNodes(FilledInbox.NodesOf(Nodes)).ForwardingTo(recorder, replica));
    }

    // Each replica looks once a second for what is paused.
    private static async Task<int> UntilAtRestAsync(RecordingHandler recorder)
    {
        var (count, since) = (0, TimeProvider.System.GetTimestamp());
        await Wait.UntilAsync(
            () =>
            {
                if (recorder.Attempts.Count is var now && now != count)
                {
                    (count, since) = (now, TimeProvider.System.GetTimestamp());
                }

                return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(2);
            },
            Patience,
            () => $"nothing is handed out any more; {count} were");
        return count;
    }

    private static async Task<OperatedStore> FillAsync(string provider)
    {
        var store = await OperatedStore.CreateAsync(provider);
        await FilledInbox.FillAsync(store.Use, FilledInbox.NodesOf(Nodes), Campaign.Replays, Campaign.Replays);
        return store;
    }

    private static Task<JsonElement> CountAsync(OperatedReceiver receiver) =>
        receiver.PostAsync("/api/v1/deliveries/replay", new { handler = FilledInbox.Handler, dryRun = true });

    private static Task<JsonElement> ReplayAsync(OperatedReceiver receiver, JsonElement counted) => receiver.PostAsync(
        "/api/v1/deliveries/replay", new { handler = FilledInbox.Handler, asOf = counted.GetProperty("asOf").GetString() });

    private static Task UntilAllSucceededAsync(RecordingHandler recorder) => recorder.UntilSeenAsync(
        FilledInbox.NodesOf(Nodes).ToDictionary(node => node, _ => (long)Campaign.Replays / Nodes), Patience);

    private static async Task<int> CountStateAsync(OperatedReceiver receiver, string state)
    {
        var count = 0;
        await foreach (var _ in receiver.ListAsync($"/api/v1/deliveries?state={state}&handler={FilledInbox.Handler}"))
        {
            count++;
        }

        return count;
    }

    private static async Task<JsonElement> HandlerAsync(OperatedReceiver receiver) =>
        (await receiver.GetAsync("/api/v1/handlers")).GetProperty("items").EnumerateArray().Single(handler => handler.GetProperty("name").GetString() == FilledInbox.Handler);
}

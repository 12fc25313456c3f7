using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.EndToEnd.Verification;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Crash;

public sealed class CrashTests
{
    // One in so many is killed while it starts, when it recovers from the crash before.
    private const int StartsPerEarlyKill = 6;
    private const int LongestLife = 600;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Killed_at_random_moments_nothing_that_was_answered_200_is_lost_doubled_or_out_of_order()
    {
        var random = Campaign.CreateRandom();
        using var folder = new TemporaryDirectory();
        await using var recorder = await RecordingHandler.StartAsync();
        var settings = ReceiverSettings.In(folder.File("data")).ForwardingTo(recorder);

        await using var load = new Load();
        load.Start();
        for (var crash = 0; crash < Campaign.Crashes; crash++)
        {
            await LiveAndCrashAsync(settings, load, random);
        }

        await load.StopAsync();
        await using (var last = await ReceiverProcess.StartAsync(settings))
        {
            await recorder.UntilSeenAsync(load.Acknowledged, DrainTime);
            (await last.TerminateAsync(StopTime)).Should().Be(0);
        }

        Campaign.Tell($"{Campaign.Crashes} crashes: {load.Total} answered 200, {load.Refused} answered 503, "
            + $"{load.Broken} not answered, {recorder.Repeats} handled again.");
        load.Unexpected.Should().BeEmpty();
        load.Total.Should().BePositive();
        StoredEvents.Read(settings.Database).ShouldHold(load);
        recorder.Violations.Should().BeEmpty();
    }

    private static async Task LiveAndCrashAsync(ReceiverSettings settings, Load load, Random random)
    {
        await using var receiver = ReceiverProcess.Launch(settings);
        if (random.Next(StartsPerEarlyKill) > 0)
        {
            await receiver.UntilReadyAsync();
            var before = load.Total;
            load.Target = receiver.WebhookUrl;

            // The first request of a process is slow: half of the lives are counted from its answer, to end in the thick of it.
            if (random.Next(2) == 0)
            {
                await Wait.UntilAsync(() => load.Total > before, AnswerTime, () => $"events are accepted. It wrote:\n{receiver.Output}");
            }
        }

        await Task.Delay(
            TimeSpan.FromMilliseconds(random.Next(LongestLife)), TimeProvider.System, TestContext.Current.CancellationToken);
        await receiver.KillAsync();
        load.Target = null;
    }
}

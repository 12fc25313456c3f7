using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.EndToEnd.Verification;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.PowerCut;

public sealed class PowerCutTests
{
    private const int StartsPerEarlyCut = 6;
    private const int LongestLife = 500;
    private const int EventsBeforeControl = 100;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Cut_from_power_at_random_moments_nothing_that_was_answered_200_is_lost()
    {
        using var tools = new TemporaryDirectory();
        using var disk = new FragileDisk(await RequireShimAsync(tools));
        var random = Campaign.CreateRandom();
        await using var recorder = await RecordingHandler.StartAsync();
        var settings = disk.Receiver().ForwardingTo(recorder);

        await using var load = new Load();
        load.Start();
        for (var cut = 0; cut < Campaign.PowerCuts; cut++)
        {
            await LiveAndLosePowerAsync(disk, settings, load, random);
        }

        await load.StopAsync();
        await using (var last = await ReceiverProcess.StartAsync(settings))
        {
            await recorder.UntilSeenAsync(load.Acknowledged, DrainTime);
            (await last.TerminateAsync(StopTime)).Should().Be(0);
        }

        Campaign.Tell($"{Campaign.PowerCuts} power cuts: {load.Total} answered 200, {load.Refused} answered 503, "
            + $"{load.Broken} not answered, {recorder.Repeats} handled again.");
        load.Unexpected.Should().BeEmpty();
        load.Total.Should().BePositive();
        StoredEvents.Read(settings.Database).ShouldHold(load);
        recorder.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_sync_at_each_commit_the_same_cut_does_lose_so_the_test_can_see_it()
    {
        using var tools = new TemporaryDirectory();
        using var disk = new FragileDisk(await RequireShimAsync(tools));
        var settings = disk.Receiver().With("Inbox:Synchronous", "Normal").With("Inbox:AllowDataLoss", "true");
        await using var load = new Load();
        load.Start();

        await using (var receiver = await ReceiverProcess.StartAsync(settings))
        {
            load.Target = receiver.WebhookUrl;
            await Wait.UntilAsync(() => load.Total >= EventsBeforeControl, AnswerTime, () => $"events are accepted. It wrote:\n{receiver.Output}");
            await receiver.KillAsync();
        }

        await load.StopAsync();
        disk.SwitchOnAgain();

        // The receiver starts on what is left, and makes the file if even that is gone.
        await using (var receiver = await ReceiverProcess.StartAsync(settings))
        {
            await receiver.TerminateAsync(StopTime);
        }

        var lost = StoredEvents.Read(settings.Database).CountLost(load);
        Campaign.Tell($"{lost} of {load.Total} acknowledged events lost with synchronous=NORMAL.");
        lost.Should().BePositive();
    }

    private static async Task LiveAndLosePowerAsync(FragileDisk disk, ReceiverSettings settings, Load load, Random random)
    {
        await using (var receiver = ReceiverProcess.Launch(settings))
        {
            if (random.Next(StartsPerEarlyCut) > 0)
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

        disk.SwitchOnAgain();
    }

    private static async Task<string> RequireShimAsync(TemporaryDirectory tools)
    {
        var shim = await PowerCutShim.CompileAsync(tools.Path);
        Campaign.Require(shim is not null, "a power cut is simulated by a small C library: install a C compiler (cc, gcc or clang) on Linux.");
        return shim!;
    }
}

using System.Net;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.EndToEnd.Verification;

namespace ThunderStack.Webhooks.EndToEnd.DiskFull;

public sealed class DiskFullTests
{
    // What is promised is 5 s; a test that fails at 6 s on a busy machine would say nothing.
    private static readonly TimeSpan HealTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_full_disk_is_503_and_never_a_false_200_and_heals_without_a_restart()
    {
        using var disk = RequireSmallDisk();
        var settings = ReceiverSettings.In(Path.Combine(disk.Path, "data"));
        await using var receiver = await ReceiverProcess.StartAsync(settings);
        await using var load = new Load { Target = receiver.WebhookUrl };
        load.Start();

        await UntilNothingIsAcceptedAsync(load, receiver);
        var before = load.Total;
        disk.FreeSpace();
        await Eventually.HoldsAsync(() => load.Total > before, HealTime, () => $"events are accepted again. It wrote:\n{receiver.Output}");

        await load.StopAsync();
        load.Unexpected.Should().BeEmpty();
        receiver.HasExited.Should().BeFalse();
        (await receiver.TerminateAsync(Long)).Should().Be(0);
        StoredEvents.Read(settings.Database).ShouldHold(load);
    }

    [Fact]
    public async Task Readiness_follows_a_full_disk_and_its_healing_without_any_traffic()
    {
        using var disk = RequireSmallDisk();
        var settings = ReceiverSettings.In(Path.Combine(disk.Path, "data"));
        await using var receiver = await ReceiverProcess.StartAsync(settings);
        await using (var load = new Load { Target = receiver.WebhookUrl })
        {
            load.Start();
            await UntilNothingIsAcceptedAsync(load, receiver);
        }

        await UntilReadinessIsAsync(receiver, HttpStatusCode.ServiceUnavailable);
        disk.FreeSpace();

        await UntilReadinessIsAsync(receiver, HttpStatusCode.OK);
    }

    private static async Task UntilNothingIsAcceptedAsync(Load load, ReceiverProcess receiver)
    {
        // A last small commit may still fit after the first that did not: full is when nothing is accepted for a while.
        var (total, since) = (-1L, 0L);
        await Eventually.HoldsAsync(
            () =>
            {
                if (load.Refused == 0 || total != load.Total)
                {
                    (total, since) = (load.Total, TimeProvider.System.GetTimestamp());
                }

                return TimeProvider.System.GetElapsedTime(since) > Quiet;
            },
            Long,
            () => $"the disk is full: {load.Total} accepted, {load.Refused} refused. It wrote:\n{receiver.Output}");
    }

    private static Task UntilReadinessIsAsync(ReceiverProcess receiver, HttpStatusCode status) => Eventually.HoldsAsync(
        async () => await receiver.ReadinessAsync() == status, HealTime, () => $"/healthz/ready answers {status}. It wrote:\n{receiver.Output}");

    private static SmallDisk RequireSmallDisk()
    {
        var mounted = SmallDisk.TryMount(out var disk, out var problem);
        Campaign.Require(mounted, problem);
        return disk!;
    }
}

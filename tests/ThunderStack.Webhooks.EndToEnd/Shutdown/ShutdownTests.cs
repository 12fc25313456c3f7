using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.EndToEnd.Verification;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Shutdown;

public sealed class ShutdownTests
{
    private const int EventsBefore = 200;

    // What orchestrators grant before they kill.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Half of what a stop may take when handlers hang: nobody else has a reason to.
    private static readonly TimeSpan PromptLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Terminated_under_load_it_exits_with_0_in_time_and_nothing_is_lost(bool handlerHangs)
    {
        using var folder = new TemporaryDirectory();
        await using var recorder = await RecordingHandler.StartAsync();
        recorder.Hangs = handlerHangs;
        var settings = ReceiverSettings.In(folder.File("data")).ForwardingTo(recorder);
        await using var receiver = await ReceiverProcess.StartAsync(settings);
        await using var load = new Load { Target = receiver.WebhookUrl };
        load.Start();
        await Wait.UntilAsync(() => load.Total >= EventsBefore, Long, () => $"the load runs. It wrote:\n{receiver.Output}");

        var start = TimeProvider.System.GetTimestamp();
        var exitCode = await receiver.TerminateAsync(Limit);

        Campaign.Tell($"Ended {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after SIGTERM: {load.Total} answered 200, "
            + $"{load.Refused} answered 503, {load.Broken} not answered.");
        exitCode.Should().Be(0, "it wrote:\n{0}", receiver.Output);
        await load.StopAsync();
        load.Unexpected.Should().BeEmpty("the rest is 503 or a closed connection");
        StoredEvents.Read(settings.Database).ShouldHold(load);

        recorder.Hangs = false;
        await using var next = await ReceiverProcess.StartAsync(settings);
        await recorder.UntilSeenAsync(load.Acknowledged, Long);
        recorder.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_sender_that_lets_its_body_drip_does_not_hold_up_the_end()
    {
        using var folder = new TemporaryDirectory();
        await using var receiver = await ReceiverProcess.StartAsync(ReceiverSettings.In(folder.File("data")));
        await using var sender = await DrippingSender.StartAsync(receiver.Address);

        (await receiver.TerminateAsync(PromptLimit)).Should().Be(0, "it wrote:\n{0}", receiver.Output);
    }

    [Fact]
    public async Task Terminated_while_it_waits_for_its_database_it_exits_with_0()
    {
        using var folder = new TemporaryDirectory();
        await using var receiver = ReceiverProcess.Launch(ReceiverSettings.In(folder.File("data")).WithPostgreSql("Host=127.0.0.1;Port=1;Username=a;Database=a"));
        await Wait.UntilAsync(
            () => receiver.Output.Contains("cannot be opened yet", StringComparison.Ordinal), Long, () => $"it waits. It wrote:\n{receiver.Output}");

        (await receiver.TerminateAsync(PromptLimit)).Should().Be(0, "it wrote:\n{0}", receiver.Output);
        receiver.Output.Should().NotContain("   at ");
    }
}

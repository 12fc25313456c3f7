using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Start;

/// <remarks>
/// To measure what users get, publish and point the test at it; then the bounds are the promised ones:
/// <code>
/// dotnet publish src/ThunderStack.Webhooks.Receiver -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o /tmp/receiver
/// THUNDERSTACK_RECEIVER=/tmp/receiver/ThunderStack.Webhooks.Receiver.dll \
///   dotnet test --project tests/ThunderStack.Webhooks.EndToEnd -- --filter-class '*StartTests' --output detailed
/// </code>
/// </remarks>
public sealed class StartTests
{
    private const double Megabyte = 1_000_000;

    // A debug build is compiled while it runs, beside other tests, on whatever machine there is.
    private static readonly double ReadySeconds = BuiltProgram.IsPublishedReceiver ? 1 : 30;
    private static readonly double IdleMegabytes = BuiltProgram.IsPublishedReceiver ? 130 : 200;

    [Fact]
    public async Task It_is_ready_soon_and_small_when_idle()
    {
        using var folder = new TemporaryDirectory();

        await using var receiver = await ReceiverProcess.StartAsync(ReceiverSettings.In(folder.File("data")));
        await receiver.UntilIdleAsync();
        var resident = receiver.ResidentBytes() / Megabyte;

        Campaign.Tell($"Ready after {receiver.TimeToReady.TotalMilliseconds:0} ms; {resident:0} MB resident when idle.");
        receiver.TimeToReady.TotalSeconds.Should().BeLessThan(ReadySeconds);
        resident.Should().BeLessThan(IdleMegabytes);
    }

    [Fact]
    public async Task It_is_ready_as_soon_on_the_inbox_of_an_earlier_life()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data"));
        await using (var first = await ReceiverProcess.StartAsync(settings))
        {
            await first.KillAsync();
        }

        await using var second = await ReceiverProcess.StartAsync(settings);

        Campaign.Tell($"Ready after {second.TimeToReady.TotalMilliseconds:0} ms.");
        second.TimeToReady.TotalSeconds.Should().BeLessThan(ReadySeconds);
    }
}

using System.Net;
using ThunderStack.Webhooks.EndToEnd.Attacks;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Logging;

public sealed class BlockedLogTests
{
    private const int Events = 100;

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(15);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Prompt };

    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_neither_answers_nor_the_end()
    {
        using var folder = new TemporaryDirectory();
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.FindFree()}");

        // A pipe holds 64 KiB, which is less than these events make at this level.
        var settings = ReceiverSettings.In(folder.File("data"))
            .WithVariable("ASPNETCORE_URLS", $"{address}")
            .WithVariable("Logging__LogLevel__Default", "Information")
            .WithVariable("Logging__LogLevel__Microsoft.AspNetCore", "Debug");
        await using var receiver = ReceiverProcess.LaunchUnread(settings);
        await Wait.UntilAsync(() => LoopbackPort.IsListeningAsync(address.Port), TimeSpan.FromSeconds(60), () => "the receiver listens");
        var sender = new GenuineSender(new Uri(address, "/webhooks/thunderstack"));

        var slowest = await sender.SendAsync(Events).WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System, TestContext.Current.CancellationToken);
        using var refused = await Http.SendAsync(SignedDelivery.Valid().WithoutSignature().ToRequest($"{address}webhooks/thunderstack"), TestContext.Current.CancellationToken);

        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        slowest.Should().BeLessThan(TimeSpan.FromSeconds(5));
        (await receiver.TerminateAsync(Prompt)).Should().Be(0);
    }
}

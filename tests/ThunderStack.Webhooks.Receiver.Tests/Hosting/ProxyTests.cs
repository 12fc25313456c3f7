using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class ProxyTests
{
    private const string Sender = "203.0.113.9";

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.7", false)]
    public async Task A_senders_address_is_believed_from_the_named_proxy_and_from_no_other_loopback_included(string proxy, bool isBelieved)
    {
        var log = new LogSink();
        await using var receiver = await ReceiverHost.StartAsync(
            new() { ["ThunderStack:Proxy:Addresses:0"] = proxy, ["Logging:LogLevel:Default"] = "Warning" },
            builder => builder.Logging.AddProvider(log));
        using var request = SignedDelivery.Valid().WithTamperedBody().ToRequest();
        request.Headers.Add("X-Forwarded-For", Sender);

        using var answer = await receiver.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => log.Lines.Any(line => line.Contains("Refused a webhook from", StringComparison.Ordinal)));
        log.Lines.Any(line => line.Contains(Sender, StringComparison.Ordinal)).Should().Be(isBelieved);
    }
}

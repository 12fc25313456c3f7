using System.Net;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class ManagementTests
{
    [Fact]
    public async Task A_second_port_answers_probes_and_nothing_else_until_the_end()
    {
        var port = LoopbackPort.FindFree();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await using (var receiver = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" }))
        {
            (await GetAsync("/healthz/live")).Should().Be(HttpStatusCode.OK);
            (await GetAsync("/healthz/ready")).Should().Be(HttpStatusCode.OK);
            (await GetAsync("/openapi/v1.json")).Should().Be(HttpStatusCode.NotFound);
            (await client.SendAsync(SignedDelivery.Valid().ToRequest(), TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.NotFound);
            (await receiver.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (await LoopbackPort.IsListeningAsync(port)).Should().BeFalse();

        async Task<HttpStatusCode> GetAsync(string path) => (await client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode;
    }

    [Fact]
    public async Task It_says_that_the_receiver_is_not_ready()
    {
        var port = LoopbackPort.FindFree();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await using var receiver = await ReceiverHost.StartAsync(new()
        {
            ["ThunderStack:Management:Port"] = $"{port}",
            ["ThunderStack:PublicKey:Pinned:0"] = null,
            ["ThunderStack:Cloud:BaseAddress"] = "http://127.0.0.1:1",
        });

        (await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_with_its_setting()
    {
        var port = LoopbackPort.FindFree();
        await using var first = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" });

        var second = () => ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" });

        (await second.Should().ThrowAsync<StartupException>()).WithMessage($"*{port}*ThunderStack:Management:Port*");
    }
}

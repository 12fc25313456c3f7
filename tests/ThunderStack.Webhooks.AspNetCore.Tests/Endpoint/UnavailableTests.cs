using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

/// <summary>When nothing can be said or stored, the sender is asked to come back; never a 200, never a 500.</summary>
public sealed class UnavailableTests
{
    [Theory]
    [InlineData(AppendOutcome.Unavailable)]
    [InlineData(AppendOutcome.Unknown)]
    public async Task An_inbox_that_does_not_commit_is_503_with_retry_after(AppendOutcome outcome)
    {
        await using var host = await WebhookHost.StartAsync(configure: b => b.Services.AddSingleton<IInbox>(StubInbox.That(() => new AppendResult(outcome, "disk full"))));

        await ShouldAskToRetryAsync(await host.SendAsync(SignedDelivery.Valid()));
    }

    [Fact]
    public async Task An_inbox_that_throws_is_503_too()
    {
        await using var host = await WebhookHost.StartAsync(configure: b => b.Services.AddSingleton<IInbox>(StubInbox.That(() => throw new InvalidOperationException("a bug"))));

        await ShouldAskToRetryAsync(await host.SendAsync(SignedDelivery.Valid()));
    }

    [Fact]
    public async Task Without_a_key_everything_with_a_plausible_signature_is_503_and_readiness_says_so()
    {
        await using var host = await WebhookHost.StartAsync(new Dictionary<string, string?>
        {
            ["ThunderStack:PublicKey:Pinned:0"] = null,
            ["ThunderStack:Cloud:BaseAddress"] = "http://127.0.0.1:1",
        });

        await ShouldAskToRetryAsync(await host.SendAsync(SignedDelivery.Valid()));
        (await host.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await host.Client.GetAsync("/healthz/live", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.CountStoredAsync()).Should().Be(0);
    }

    private static async Task ShouldAskToRetryAsync(HttpResponseMessage response)
    {
        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().NotContain("disk full").And.NotContain("a bug");
    }
}

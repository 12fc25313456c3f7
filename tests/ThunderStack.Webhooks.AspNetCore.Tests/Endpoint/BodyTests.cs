using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.AspNetCore.Server;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

/// <summary>When a body is read, how long it is waited for, and what becomes of it when its sender is gone.</summary>
public sealed class BodyTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(512)]
    public async Task A_signature_that_no_key_could_have_made_is_refused_before_the_body_is_read(int bytes)
    {
        await using var host = await WebhookHost.StartAsync();
        using var connection = await RawConnection.OpenAsync(
            host.Address, RawConnection.Head(Convert.ToBase64String(new byte[bytes]), 100, "Expect: 100-continue\r\n"));

        (await connection.ReadToAsync("\r\n")).Should().StartWith("HTTP/1.1 403", "and not by 100 Continue, which asks for the body");
    }

    [Fact]
    public async Task While_keys_are_fetched_the_length_of_one_not_yet_known_is_possible()
    {
        await using var host = await WebhookHost.StartAsync(new()
        {
            ["ThunderStack:PublicKey:AlsoFetch"] = "true",
            ["ThunderStack:Cloud:BaseAddress"] = "http://127.0.0.1:1",
        });

        var response = await host.SendAsync(SignedDelivery.Valid().WithSignature(Convert.ToBase64String(new byte[512])));

        response.StatusCode.Should().NotBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().NotContain("length");
    }

    [Fact]
    public async Task Bodies_beyond_the_memory_for_them_are_asked_for_again_and_a_whole_one_is_not()
    {
        await using var host = await WebhookHost.StartAsync(configure: webhooks => webhooks.Services.AddSingleton(new BodyBudget(limit: 10_000)));
        using var slow = await RawConnection.OpenAsync(
            host.Address, RawConnection.Head(SignedDelivery.Valid().Signature!, 10_000) + new string(' ', 9_900));
        await Eventually.TrueAsync(() => host.Services.GetRequiredService<BodyBudget>().Taken >= 9_900, "the body should be waited for");

        (await host.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);

        (await slow.ReadToAsync("\r\n\r\n")).Should().StartWith("HTTP/1.1 503").And.Contain("Retry-After: 1");
        await Eventually.TrueAsync(() => host.Services.GetRequiredService<BodyBudget>().Taken == 0, "all memory should be returned");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sender_that_hangs_up_in_mid_body_causes_no_line(bool resets)
    {
        using var recorded = new Recorded();
        await using (var host = await WebhookHost.StartAsync(host: builder =>
        {
            builder.WebHost.UseThunderStackWebhookServer();
            builder.Logging.AddProvider(recorded);
        }))
        {
            recorded.Lines.Clear();
            using (var connection = await RawConnection.OpenAsync(
                host.Address, RawConnection.Head(SignedDelivery.Valid().Signature!, 100, "Expect: 100-continue\r\n")))
            {
                await connection.ReadToAsync("100 Continue");
                await connection.SendAsync("{");
                if (resets)
                {
                    connection.Reset();
                }
            }

            await Eventually.TrueAsync(() => host.Services.GetRequiredService<ConnectionGate>().Count == 0, "the connection should end");
        }

        recorded.Lines.Should().BeEmpty();
    }

    [Fact]
    public async Task A_sender_that_hangs_up_does_not_undo_what_was_begun()
    {
        var inbox = new StubInbox();
        await using var host = await WebhookHost.StartAsync(configure: webhooks => webhooks.Services.AddSingleton<IInbox>(inbox));
        _ = host.SendAsync(SignedDelivery.Valid());

        var token = await inbox.Appending;

        token.CanBeCanceled.Should().BeFalse("the request's own token would cancel the append with the connection");
        inbox.Answer.SetResult(new AppendResult(AppendOutcome.Stored));
    }

    [Fact]
    public async Task A_node_that_is_not_configured_has_no_path_of_its_own()
    {
        await using var host = await WebhookHost.StartAsync();

        var response = await host.SendAsync(SignedDelivery.Valid().ForNode("node-z"), $"{WebhookHost.Path}/node-z");

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("Unexpected Node");
        (await host.CountStoredAsync()).Should().Be(0);
    }
}

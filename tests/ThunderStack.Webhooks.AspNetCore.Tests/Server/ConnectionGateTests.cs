using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.AspNetCore.Server;
using ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Server;

/// <summary>Whoever holds connections makes way for whoever uses them.</summary>
public sealed class ConnectionGateTests
{
    private const string ProbeRequest = "GET /healthz/live HTTP/1.1\r\nHost: x\r\n\r\n";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_connection_that_asks_nothing_is_closed_after_ten_seconds()
    {
        await using var host = await StartAsync(limit: 10);
        using var silent = await RawConnection.OpenAsync(host.Address);
        using var half = await RawConnection.OpenAsync(host.Address, "GET /healthz/live HT");
        using var idle = await RawConnection.OpenAsync(host.Address, ProbeRequest);
        await idle.ReadToAsync("Healthy");
        await UntilOpenAsync(host, 3);

        _time.Advance(TimeSpan.FromSeconds(9));
        Gate(host).Count.Should().Be(3);
        _time.Advance(TimeSpan.FromSeconds(2));

        (await silent.ReadToEndAsync()).Should().BeEmpty();
        await half.ReadToEndAsync();
        await idle.SendAsync(ProbeRequest);
        (await idle.ReadToAsync("Healthy")).Should().StartWith("HTTP/1.1 200", "it has asked before");
    }

    [Fact]
    public async Task At_the_limit_silent_ones_give_way_first_then_idle_ones()
    {
        await using var host = await StartAsync(limit: 2);
        using var idle = await RawConnection.OpenAsync(host.Address, ProbeRequest);
        await idle.ReadToAsync("Healthy");
        using var silent = await RawConnection.OpenAsync(host.Address);
        await UntilOpenAsync(host, 2);

        using var third = await RawConnection.OpenAsync(host.Address, ProbeRequest);
        (await third.ReadToAsync("Healthy")).Should().StartWith("HTTP/1.1 200");
        await silent.ReadToEndAsync();

        using var fourth = await RawConnection.OpenAsync(host.Address, ProbeRequest);
        (await fourth.ReadToAsync("Healthy")).Should().StartWith("HTTP/1.1 200");
        await idle.ReadToEndAsync();
    }

    [Fact]
    public async Task A_body_that_is_waited_for_gives_way_to_a_newcomer()
    {
        await using var host = await StartAsync(limit: 1);
        using var slow = await RawConnection.OpenAsync(
            host.Address, RawConnection.Head(SignedDelivery.Valid().Signature!, 100, "Expect: 100-continue\r\n"));
        await slow.ReadToAsync("100 Continue");

        (await host.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);
        await slow.ReadToEndAsync();
    }

    [Fact]
    public async Task An_event_that_is_being_stored_is_not_interrupted_and_a_refused_connection_is_closed()
    {
        var inbox = new StubInbox { Answer = new TaskCompletionSource<AppendResult>() };
        await using var host = await StartAsync(limit: 1, inbox);
        var storing = host.SendAsync(SignedDelivery.Valid());
        await inbox.Appending;

        using (var refused = await RawConnection.OpenAsync(host.Address))
        {
            (await refused.ReadToEndAsync()).Should().BeEmpty();
        }

        inbox.Answer.SetResult(new AppendResult(AppendOutcome.Stored));
        (await storing).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static ConnectionGate Gate(WebhookHost host) => host.Services.GetRequiredService<ConnectionGate>();

    private static Task UntilOpenAsync(WebhookHost host, int count) => Eventually.TrueAsync(() => Gate(host).Count == count, "the connections should be open");

    private Task<WebhookHost> StartAsync(int limit, IInbox? inbox = null) => WebhookHost.StartAsync(
        configure: webhooks =>
        {
            if (inbox is not null)
            {
                webhooks.Services.AddSingleton(inbox);
            }
        },
        host: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            builder.WebHost.UseConnectionGate(limit);
        });
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>When the cloud is asked, and for how long it is left alone.</summary>
public sealed class ReconcilerTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(7);

    private Recorder _cloud = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await Recorder.StartAsync();
        _cloud.Answer = (_, context) => context.Response.WriteAsync("""{"nodes":[]}""");
    }

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task Without_a_token_the_cloud_is_not_asked()
    {
        await using (var host = await StartAsync(token: null))
        {
            await host.StopAsync();
        }

        _cloud.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task It_is_asked_at_start_and_then_once_an_interval()
    {
        await using var host = await StartAsync();

        await PassAsync(host, 1, IsInterval);
        await PassAsync(host, 2, IsInterval);
        await host.Time.UntilBegunAsync(3, IsInterval);

        _cloud.Requests.Count(request => request.Path.TrimEnd('/') == "/api/nodes").Should().Be(3);
    }

    [Fact]
    public async Task A_cloud_that_asks_to_be_left_alone_is()
    {
        _cloud.Answer = async (n, context) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "5000";
            await context.Response.WriteAsync("""{"message":"slow down"}""");
        };
        await using var host = await StartAsync();

        await host.Time.UntilBegunAsync(1, wait => wait == TimeSpan.FromSeconds(5000));

        _cloud.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_cloud_that_fails_is_asked_less_and_less_often_and_health_says_so_until_it_answers()
    {
        var fails = true;
        _cloud.Answer = (_, context) =>
        {
            context.Response.StatusCode = fails ? 400 : 200;
            return context.Response.WriteAsync(fails ? """{"message":"broken"}""" : """{"nodes":[]}""");
        };
        await using var host = await StartAsync();
        var health = host.Services.GetRequiredService<ReconciliationHealth>();

        await PassAsync(host, 1, IsInterval);
        health.Reason.Should().BeNull("one failure is no news");
        await PassAsync(host, 1, wait => Is(wait, Interval * 2));
        await host.Time.UntilBegunAsync(1, wait => Is(wait, Interval * 4));
        health.Reason.Should().Contain("broken");

        fails = false;
        await PassAsync(host, 1, wait => Is(wait, Interval * 4));
        await host.Time.UntilBegunAsync(2, IsInterval);
        health.Reason.Should().BeNull();
    }

    private static bool IsInterval(TimeSpan wait) => Is(wait, Interval);

    // 10 % more or less.
    private static bool Is(TimeSpan wait, TimeSpan expected) => wait >= expected * 0.9 && wait <= expected * 1.1;

    /// <summary>Waits until the wait was begun, and lets it end.</summary>
    private static async Task PassAsync(DispatchHost host, int count, Func<TimeSpan, bool> kind) =>
        host.Time.Advance(await host.Time.UntilBegunAsync(count, kind));

    private Task<DispatchHost> StartAsync(string? token = "a-token") => DispatchHost.StartAsync(
        builder => builder.AddReconciliation(),
        new Dictionary<string, string?>
        {
            ["ThunderStack:Cloud:BaseAddress"] = new Uri(_cloud.Address, "/").ToString(),
            ["ThunderStack:Cloud:ApiToken"] = token,
            ["ThunderStack:Reconciliation:Interval"] = $"{Interval}",
        });
}

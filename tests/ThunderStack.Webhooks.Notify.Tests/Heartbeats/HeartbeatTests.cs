using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Notify.Heartbeats;
using ThunderStack.Webhooks.Notify.Tests.Sending;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Heartbeats;

public sealed class HeartbeatTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(90);

    private Recorder _switch = null!;
    private volatile bool _isReady = true;

    public async ValueTask InitializeAsync() => _switch = await Recorder.StartAsync();

    public ValueTask DisposeAsync() => _switch.DisposeAsync();

    [Fact]
    public async Task A_switch_hears_from_a_receiver_that_is_ready_and_from_no_other()
    {
        await using var host = await StartAsync();
        await Eventually.TrueAsync(() => _switch.Requests.Count == 1);
        await host.Time.UntilBegunAsync(1, wait => wait == Interval);
        host.Time.Advance(Interval);
        await Eventually.TrueAsync(() => _switch.Requests.Count == 2);
        await host.Time.UntilBegunAsync(2, wait => wait == Interval);

        _isReady = false;
        host.Time.Advance(Interval);
        await host.Time.UntilBegunAsync(1, wait => wait == TimeSpan.FromSeconds(10));
        _switch.Requests.Should().HaveCount(2);

        _isReady = true;
        await host.AdvanceUntilAsync(() => _switch.Requests.Count == 3);
        _switch.Requests.Should().OnlyContain(request => request.Path == $"/ping/{Platform.Secret}" && request.Body.Length == 0);
    }

    [Fact]
    public async Task It_is_no_handler_of_events()
    {
        await using var host = await StartAsync();

        var id = await host.AppendAsync("FAILED");

        // The handler that is there when none is configured.
        await host.DeliveryIsAsync(id, "log", DeliveryState.Succeeded);
        host.Services.GetRequiredService<HandlerCatalog>().Current().Keys.Should().Equal("log");
        (await host.Administration.ListDeliveriesAsync(id, TestContext.Current.CancellationToken)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_switch_that_does_not_answer_well_is_told_once_and_without_its_url()
    {
        _switch.Answer = (_, context) => Platform.AnswerAsync(context, 404, Platform.Secret);
        await using var host = await StartAsync();

        for (var beat = 1; beat <= 3; beat++)
        {
            await host.Time.UntilBegunAsync(beat, wait => wait == Interval);
            _switch.Requests.Should().HaveCount(beat);
            host.Time.Advance(Interval);
        }

        host.Log.Lines.Should().ContainSingle(line => line.Contains("Heartbeat dead was not taken (127.0.0.1 answered 404)"));
        string.Join('\n', host.Log.Lines).Should().NotContain(Platform.Secret);
    }

    [Fact]
    public async Task A_changed_url_is_taken_over_while_it_runs()
    {
        await using var host = await StartAsync();
        await Eventually.TrueAsync(() => _switch.Requests.Count == 1);

        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration["ThunderStack:Handlers:dead:Url"] = new Uri(_switch.Address, "/other").AbsoluteUri;
        ((IConfigurationRoot)configuration).Reload();

        await Eventually.TrueAsync(() => _switch.Requests.Any(request => request.Path == "/other"));
    }

    [Fact]
    public async Task A_backlog_that_nobody_works_on_does_not_move()
    {
        await using var host = await NotifyHost.StartAsync([], null, ("Dispatch:HandlerTimeout", "00:00:30"));

        // Known to the inbox, and claimed by nobody.
        var ghost = new HandlerCatalog([WebhookHandler.Create<WebhookEvent>("ghost", (_, _, _) => Task.CompletedTask)], []);
        await host.Services.GetRequiredService<IInbox>().RegisterHandlersAsync(["log", "ghost"], DeliveryOrdering.PerNode, TestContext.Current.CancellationToken);
        var backlog = new BacklogMovement(host.Administration, ghost, host.Services.GetRequiredService<IOptions<DispatchOptions>>(), host.Time);
        (await backlog.MovesAsync(TestContext.Current.CancellationToken)).Should().BeTrue("nothing waits");
        await host.AppendAsync("FAILED");

        (await backlog.MovesAsync(TestContext.Current.CancellationToken)).Should().BeTrue("it waits since now");
        host.Time.Advance(TimeSpan.FromMinutes(4));
        (await backlog.MovesAsync(TestContext.Current.CancellationToken)).Should().BeTrue();
        host.Time.Advance(TimeSpan.FromMinutes(2));
        (await backlog.MovesAsync(TestContext.Current.CancellationToken)).Should().BeFalse();
    }

    private Task<NotifyHost> StartAsync() => NotifyHost.StartAsync(
        [("dead:Type", "Heartbeat"), ("dead:Url", new Uri(_switch.Address, $"/ping/{Platform.Secret}").AbsoluteUri), ("dead:Interval", "00:01:30")],
        builder => builder.Services.AddHealthChecks().AddCheck("any", () => _isReady ? HealthCheckResult.Degraded() : HealthCheckResult.Unhealthy(), ["ready"]));
}

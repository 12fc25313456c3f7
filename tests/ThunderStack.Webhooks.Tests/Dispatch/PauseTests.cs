using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>A handler that an operator pauses gets nothing more, and loses nothing.</summary>
public sealed class PauseTests
{
    private readonly LogCapture _log = new();
    private readonly ConcurrentQueue<WebhookEventId> _handled = new();
    private readonly ConcurrentQueue<WebhookEventId> _handledByOther = new();
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _finish = new(0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paused_handler_ends_what_it_has_begun_and_begins_nothing_until_it_is_resumed()
    {
        await using var host = await StartAsync();
        var running = await host.AppendAsync();
        await _entered.WaitAsync(Token);
        var waiting = await host.AppendAsync();
        (await host.Administration.PauseAsync("ops", "a person", Token)).Should().BeTrue();
        await UntilPausedAsync(host);

        _finish.Release(10);
        await host.DeliveryIsAsync(running, "ops", DeliveryState.Succeeded);
        var later = await host.AppendAsync();
        await host.DeliveryIsAsync(later, "other", DeliveryState.Succeeded);
        _handled.Should().Equal(running);
        _handledByOther.Should().Equal(running, waiting, later);

        await host.Administration.ResumeAsync("ops", Token);
        await host.AdvanceUntilAsync(() => _handled.Count == 3);
        _handled.Should().Equal(running, waiting, later);
    }

    [Fact]
    public async Task Pause_while_nothing_waits_holds_what_comes()
    {
        await using var host = await StartAsync();
        _finish.Release(10);
        var first = await host.AppendAsync();
        await host.DeliveryIsAsync(first, "ops", DeliveryState.Succeeded);
        await host.Administration.PauseAsync("ops", "a person", Token);
        await UntilPausedAsync(host);

        var second = await host.AppendAsync();
        await host.DeliveryIsAsync(second, "other", DeliveryState.Succeeded);

        _handled.Should().Equal(first);
        await host.Administration.ResumeAsync("ops", Token);
        await host.AdvanceUntilAsync(() => _handled.Count == 2);
    }

    // The dispatcher looks each second, and says so.
    private Task UntilPausedAsync(DispatchHost host) =>
        host.AdvanceUntilAsync(() => _log.Lines.Any(line => line.Contains("Handler ops is paused", StringComparison.Ordinal)));

    private Task<DispatchHost> StartAsync() => DispatchHost.StartAsync(webhooks => AddHandlers(webhooks).Services.AddSingleton<ILoggerProvider>(_log));

    private ThunderStackWebhooksBuilder AddHandlers(ThunderStackWebhooksBuilder webhooks) => webhooks
        .AddHandler<WebhookEvent>("ops", async (e, _, cancellationToken) =>
        {
            _entered.Release();
            await _finish.WaitAsync(cancellationToken);
            _handled.Enqueue(e.Id);
        })
        .AddHandler<WebhookEvent>("other", (e, _, _) =>
        {
            _handledByOther.Enqueue(e.Id);
            return Task.CompletedTask;
        });
}

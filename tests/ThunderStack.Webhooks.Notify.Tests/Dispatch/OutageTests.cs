using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Notify.Tests.Sending;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Dispatch;

/// <summary>A platform that is away while nodes change: nobody gets a flood, and nobody misses what it came to.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly string[] Statuses = ["FAILED", "IN_PROGRESS", "STARTING", "RUNNING", "PAUSED"];

    private readonly ConcurrentQueue<string> _others = new();
    private Recorder _slack = null!;
    private volatile bool _isAway;

    public async ValueTask InitializeAsync()
    {
        _slack = await Recorder.StartAsync();
        _slack.Answer = (_, context) => _isAway ? Platform.AnswerAsync(context, 503, "") : Platform.AcceptAsync("Slack", context);
    }

    public ValueTask DisposeAsync() => _slack.DisposeAsync();

    [Fact]
    public async Task After_an_hour_in_which_a_node_changed_fifty_times_one_message_tells_the_latest_and_what_was_between()
    {
        await using var host = await StartAsync();
        var first = await host.AppendAsync("RUNNING");
        await host.DeliveryIsAsync(first, "team", DeliveryState.Succeeded);
        _isAway = true;
        var ids = new List<WebhookEventId>();
        for (var i = 0; i < 50; i++)
        {
            var begun = host.Time.GetUtcNow();
            ids.Add(await host.AppendAsync(i == 49 ? "FAILED" : Statuses[i % Statuses.Length]));
            await Eventually.TrueAsync(() => _others.Count == i + 2);
            await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(ids[^1], "team"))?.State == DeliveryState.Scheduled, seconds: 15);
            host.Time.Advance(begun + TimeSpan.FromSeconds(72) - host.Time.GetUtcNow() is { Ticks: > 0 } rest ? rest : TimeSpan.Zero);
        }

        var before = _slack.Requests.Count;
        _isAway = false;
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(ids[^1], "team"))?.State == DeliveryState.Succeeded);

        _slack.Requests.Count.Should().BeLessThan(200, "what is overtaken is not sent");
        var told = _slack.Requests.Skip(before).ToList();
        told.Should().ContainSingle("everything before was overtaken");
        told[0].Text.Should().Contain("Node alice has failed").And.Contain("This message was late").And.Contain("not told: …, ").And.Contain("RUNNING (2026-01-01 ");
        _others.Should().HaveCount(51, "another handler is told at once");
        foreach (var id in ids.SkipLast(1))
        {
            var delivery = await host.FindDeliveryAsync(id, "team");
            delivery!.State.Should().Be(DeliveryState.Superseded);
            delivery.Error.Should().NotContain(Platform.Secret);
        }

        var next = await host.AppendAsync("RUNNING");
        await host.DeliveryIsAsync(next, "team", DeliveryState.Succeeded);
        _slack.Requests.Last().Text.Should().Contain("Node alice is running").And.NotContain("was late");
    }

    [Fact]
    public async Task What_a_message_replaced_within_seconds_is_told_by_the_next()
    {
        await using var host = await StartAsync();
        _isAway = true;
        var failed = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(failed, "team", DeliveryState.Scheduled);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var running = await host.AppendAsync("RUNNING");
        _isAway = false;
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(running, "team"))?.State == DeliveryState.Succeeded);

        _slack.Requests.Should().HaveCount(2, "the first attempt at each");
        _slack.Requests.Last().Text.Should().Contain("Node alice is running").And.Contain("FAILED (2026-01-01 00:00:00 UTC)");
    }

    [Fact]
    public async Task A_message_that_is_late_and_still_true_is_sent()
    {
        await using var host = await StartAsync();
        _isAway = true;
        var failed = await host.AppendAsync("FAILED");
        await host.AdvanceUntilAsync(() => _slack.Requests.Count == 4);
        _isAway = false;
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(failed, "team"))?.State == DeliveryState.Succeeded);

        _slack.Requests.Last().Text.Should().Contain("Node alice has failed").And.NotContain("not told");
    }

    [Fact]
    public async Task What_nobody_was_told_while_the_settings_were_wrong_is_told_once_they_are_right()
    {
        await using var host = await StartAsync();
        _slack.Answer = (_, context) => context.Request.Path == "/right" ? Platform.AcceptAsync("Slack", context) : Platform.AnswerAsync(context, 404, "no_team");
        var failed = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(failed, "team", DeliveryState.DeadLettered);

        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration["ThunderStack:Handlers:team:Url"] = new Uri(_slack.Address, "/right").AbsoluteUri;
        ((IConfigurationRoot)configuration).Reload();
        await Eventually.TrueAsync(async () =>
        {
            var id = await host.AppendAsync("RUNNING", $"node-{Guid.NewGuid():N}");
            await Eventually.TrueAsync(async () => await host.FindDeliveryAsync(id, "team") is not null);
            return _slack.Requests.Last().Path == "/right";
        });
        var paused = await host.AppendAsync("PAUSED");
        await host.DeliveryIsAsync(paused, "team", DeliveryState.Succeeded);

        _slack.Requests.Last().Text.Should().Contain("Node alice is paused").And.Contain("not told: FAILED (2026-01-01 00:00:00 UTC)");
    }

    [Fact]
    public async Task What_was_not_told_is_told_by_the_next_message_even_of_a_receiver_whose_clock_is_behind()
    {
        await using var host = await StartAsync();
        _slack.Answer = (count, context) => count == 1 ? Platform.AnswerAsync(context, 400, "invalid_payload") : Platform.AcceptAsync("Slack", context);
        var failed = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(failed, "team", DeliveryState.DeadLettered);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var running = await host.AppendAsync("RUNNING", behind: TimeSpan.FromSeconds(5));
        await host.DeliveryIsAsync(running, "team", DeliveryState.Succeeded);

        _slack.Requests.Last().Text.Should().Contain("Node alice is running").And.Contain("It was down for 2 s.").And.Contain("not told: FAILED");
    }

    private Task<NotifyHost> StartAsync() => NotifyHost.StartAsync(
        Platform.Settings("Slack", _slack),
        builder => builder.AddHandler<NodeStatusUpdated>("other", (webhookEvent, _, _) =>
        {
            _others.Enqueue(webhookEvent.EventType);
            return Task.CompletedTask;
        }),

        // That it changes all the time is another message, and not of these tests.
        ("Conditions:FlappingChanges", "100"));
}

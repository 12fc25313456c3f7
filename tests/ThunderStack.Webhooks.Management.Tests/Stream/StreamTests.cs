using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Management.Stream;

namespace ThunderStack.Webhooks.Management.Tests.Stream;

/// <summary>What happens while somebody looks.</summary>
public sealed class StreamTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_its_delivery_and_its_condition_appear()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await using var stream = await Viewer.OpenAsync(receiver);

        var id = await receiver.ReceiveAsync("node-a", "FAILED");

        await receiver.UntilAsync(() => Task.FromResult(stream.Has("event") && stream.Has("delivery") && stream.Has("condition")));
        stream.Find("event").GetProperty("id").GetString().Should().NotBeEmpty();
        stream.Messages.Where(message => message.Name == "event").Select(message => message.Data.GetProperty("id").GetString()).Should().Contain(id);
        stream.Find("delivery").GetProperty("handler").GetString().Should().Be("log");
        stream.Find("delivery").GetProperty("state").GetString().Should().Be("succeeded");
        stream.Find("condition").GetProperty("change").GetString().Should().Be("opened");
        stream.Find("condition").GetProperty("condition").GetProperty("kind").GetString().Should().Be("nodeFailed");
    }

    [Fact]
    public async Task What_people_do_with_deliveries_and_handlers_appears()
    {
        await using var receiver = await ManagedReceiver.StartAsync(configure: builder =>
            builder.AddHandler<NodeStatusUpdated>("hook", (_, _, _) => throw new DeadLetterException("It never works.")));
        await using var stream = await Viewer.OpenAsync(receiver);
        await receiver.ReceiveAsync("node-a", "S1");
        await receiver.UntilAsync(() => Task.FromResult(DeadLetters() == 1));

        await receiver.PostAsync("/api/v1/handlers/hook/pause");
        await receiver.PostAsync("/api/v1/handlers/hook/pause");
        await receiver.PostAsync("/api/v1/handlers/hook/resume");
        await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook", dryRun = true });
        await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook" });
        await receiver.UntilAsync(() => Task.FromResult(DeadLetters() == 2));
        await receiver.PostAsync("/api/v1/deliveries/discard", new { });
        await receiver.PostAsync("/api/v1/deliveries/discard", new { });
        await receiver.UntilAsync(() => Task.FromResult(stream.Messages.Count(message => message.Name == "deliveries") == 2));

        stream.Messages.Where(message => message.Name == "handler")
            .Select(message => (message.Data.GetProperty("isPaused").GetBoolean(), message.Data.GetProperty("pausedBy").GetString())).Should().Equal((true, "ops"), (false, null));
        var deliveries = stream.Messages.Where(message => message.Name == "deliveries").Select(message => message.Data).ToList();
        deliveries.Select(data => (data.GetProperty("change").GetString(), data.GetProperty("count").GetInt32())).Should().Equal(("replayed", 1), ("discarded", 1));
        deliveries[0].GetProperty("handler").GetString().Should().Be("hook");

        int DeadLetters() => stream.Messages.Count(message => message.Name == "delivery" && message.Data.GetProperty("state").GetString() == "deadLettered");
    }

    [Fact]
    public async Task Who_comes_back_is_told_what_they_missed_or_to_list_again()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await using var stays = await Viewer.OpenAsync(receiver);
        await receiver.ReceiveAsync("node-a", "S1");
        await receiver.UntilAsync(() => Task.FromResult(stays.Has("event")));
        var seen = stays.Messages.First(message => message.Name == "event").Id;
        var second = await receiver.ReceiveAsync("node-a", "S2");
        await receiver.UntilAsync(() => Task.FromResult(stays.Messages.Count(message => message.Name == "event") == 2));

        await using var back = await Viewer.OpenAsync(receiver, seen);
        await receiver.UntilAsync(() => Task.FromResult(back.Has("event")));
        back.Find("event").GetProperty("id").GetString().Should().Be(second);
        back.Has("reset").Should().BeFalse();

        foreach (var unknown in (string[])["ffffffff-1", "nonsense", $"{seen}99999"])
        {
            await using var stranger = await Viewer.OpenAsync(receiver, unknown);
            await receiver.UntilAsync(() => Task.FromResult(stranger.Has("reset")));
        }
    }

    [Fact]
    public async Task It_says_that_it_is_still_there_and_ends_first_when_the_server_stops()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await using var stream = await Viewer.OpenAsync(receiver);

        await receiver.UntilAsync(() => Task.FromResult(stream.Comments > 0));
        await receiver.StopAsync();

        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(20), None);
    }

    [Fact]
    public async Task Streams_end_when_the_keys_change_so_that_a_revoked_one_sees_nothing_more()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await using var stream = await Viewer.OpenAsync(receiver);
        var settings = receiver.Services.GetRequiredService<IConfiguration>();

        settings["ThunderStack:Management:ApiKeys:viewer:Key"] = "fedcba9876543210fedcba9876543210-new";
        ((IConfigurationRoot)settings).Reload();

        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(20), None);
        (await receiver.Reader.GetAsync("/api/v1/stream", None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_is_too_much_to_tell_is_told_as_a_reset_and_nobody_waits()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await using var stream = await Viewer.OpenAsync(receiver);

        // The clock stands still, and with it whoever tells.
        for (var i = 0; i < 200; i++)
        {
            await receiver.ReceiveAsync("node-a", $"S{i}");
        }

        await receiver.UntilAsync(() => Task.FromResult(stream.Has("reset")));
    }

    [Fact]
    public void A_reader_that_does_not_keep_up_is_cut_off()
    {
        var reader = new LiveReader();
        for (var i = 0; i < 1_024; i++)
        {
            reader.Give(LiveMessage.Of("feed", i, "event", new { }));
        }

        reader.Cut.IsCancellationRequested.Should().BeFalse();
        reader.Give(LiveMessage.Of("feed", 1_024, "event", new { }));

        reader.Cut.IsCancellationRequested.Should().BeTrue();
    }
}

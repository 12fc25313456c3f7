using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Management.Tests.Deliveries;

/// <summary>A handler fails; its dead letters are counted, grouped, replayed, discarded; it is paused and resumed.</summary>
public sealed class DeliveryTests
{
    private bool _fails = true;

    [Fact]
    public async Task Dead_letters_are_grouped_counted_replayed_once_and_succeed()
    {
        await using var receiver = await StartAsync();
        var ids = new[] { await receiver.ReceiveAsync("node-a", "S1"), await receiver.ReceiveAsync("node-b", "S2") };
        await receiver.UntilAsync(async () => await CountAsync(receiver) == 2);

        var failures = (await receiver.GetAsync("/api/v1/deliveries/failures")).GetProperty("items");
        failures.GetArrayLength().Should().Be(1);
        failures[0].GetProperty("handler").GetString().Should().Be("hook");
        failures[0].GetProperty("count").GetInt32().Should().Be(2);
        var dead = (await receiver.GetAsync("/api/v1/deliveries?state=deadLettered&handler=hook")).GetProperty("items");
        dead.EnumerateArray().Select(item => item.GetProperty("eventId").GetString()).Should().BeEquivalentTo(ids);
        var detail = await receiver.GetAsync($"/api/v1/events/{ids[0]}");
        detail.GetProperty("deliveries").EnumerateArray().Single(delivery => delivery.GetProperty("handler").GetString() == "hook")
            .GetProperty("failedAttempts").GetArrayLength().Should().Be(1);

        var counted = await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook", dryRun = true });
        counted.GetProperty("count").GetInt32().Should().Be(2);
        _fails = false;
        var asOf = counted.GetProperty("asOf").GetString();
        var replayed = await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook", asOf });
        replayed.GetProperty("count").GetInt32().Should().Be(2);
        (await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook", asOf })).GetProperty("count").GetInt32().Should().Be(0);
        await receiver.UntilAsync(async () =>
            (await receiver.GetAsync("/api/v1/deliveries?state=succeeded&handler=hook")).GetProperty("items").GetArrayLength() == 2);

        var audit = (await receiver.GetAsync("/api/v1/audit")).GetProperty("items");
        audit.GetArrayLength().Should().Be(2, "a dry run changes nothing");
        audit[1].GetProperty("action").GetString().Should().Be("deliveries.replay");
        audit[1].GetProperty("target").GetString().Should().Be("handler=hook");
        audit[1].GetProperty("outcome").GetString().Should().Be("2");
    }

    [Fact]
    public async Task Lanes_show_what_waits_by_handler_and_node()
    {
        var goesOn = new TaskCompletionSource();
        await using var receiver = await ManagedReceiver.StartAsync(configure: builder => builder.AddHandler<NodeStatusUpdated>("hook", (_, _, _) => goesOn.Task));
        string[] ids = [await receiver.ReceiveAsync("node-a", "S1"), await receiver.ReceiveAsync("node-a", "S2")];
        JsonElement lane = default;

        await Eventually.TrueAsync(async () =>
        {
            var lanes = (await receiver.GetAsync("/api/v1/deliveries/lanes?handler=hook")).GetProperty("items").EnumerateArray();
            lane = lanes.FirstOrDefault(candidate => candidate.GetProperty("nodeId").GetString() == "node-a");
            return lane.ValueKind == JsonValueKind.Object;
        });

        goesOn.SetResult();
        lane.GetProperty("handler").GetString().Should().Be("hook");
        lane.GetProperty("pending").GetInt32().Should().BePositive();
        ids.Should().Contain(lane.GetProperty("nextEventId").GetString());
        (await receiver.GetAsync("/api/v1/deliveries/lanes?handler=nobody")).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Single_deliveries_are_discarded_and_a_filter_beside_them_is_refused()
    {
        await using var receiver = await StartAsync();
        var id = await receiver.ReceiveAsync("node-a", "S1");
        await receiver.ReceiveAsync("node-b", "S2");
        await receiver.UntilAsync(async () => await CountAsync(receiver) == 2);
        var one = new[] { new { eventId = id, handler = "hook" } };

        await receiver.PostAsync("/api/v1/deliveries/discard", new { deliveries = one, handler = "hook" }, HttpStatusCode.BadRequest);
        await receiver.PostAsync("/api/v1/deliveries/discard", new { deadLettersOnly = false }, HttpStatusCode.BadRequest);
        await receiver.PostAsync("/api/v1/deliveries/discard", new { deliveries = Array.Empty<object>() }, HttpStatusCode.BadRequest);
        (await receiver.PostAsync("/api/v1/deliveries/discard", new { deliveries = one })).GetProperty("count").GetInt32().Should().Be(1);

        (await CountAsync(receiver)).Should().Be(1);
        (await receiver.GetAsync("/api/v1/deliveries?state=discarded")).GetProperty("items")[0].GetProperty("eventId").GetString().Should().Be(id);
    }

    [Fact]
    public async Task A_handler_that_is_paused_is_handed_nothing_until_it_is_resumed()
    {
        _fails = false;
        await using var receiver = await StartAsync();

        (await receiver.PostAsync("/api/v1/handlers/hook/pause")).GetProperty("isChange").GetBoolean().Should().BeTrue();
        (await receiver.PostAsync("/api/v1/handlers/hook/pause")).GetProperty("isChange").GetBoolean().Should().BeFalse();
        await receiver.PostAsync("/api/v1/handlers/nobody/pause", expected: HttpStatusCode.NotFound);
        var paused = await HandlerAsync(receiver);
        paused.GetProperty("pausedBy").GetString().Should().Be("ops");
        paused.GetProperty("pausedAt").ValueKind.Should().Be(JsonValueKind.String);

        (await receiver.PostAsync("/api/v1/handlers/hook/resume")).GetProperty("isChange").GetBoolean().Should().BeTrue();
        await receiver.ReceiveAsync("node-a", "S1");
        await receiver.UntilAsync(async () =>
            (await receiver.GetAsync("/api/v1/deliveries?state=succeeded&handler=hook")).GetProperty("items").GetArrayLength() == 1);
        (await HandlerAsync(receiver)).GetProperty("pausedAt").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task What_runs_is_counted_until_it_ends()
    {
        var goesOn = new TaskCompletionSource();
        await using var receiver = await ManagedReceiver.StartAsync(configure: builder => builder.AddHandler<NodeStatusUpdated>("hook", (_, _, _) => goesOn.Task));
        await receiver.ReceiveAsync("node-a", "S1");
        await receiver.ReceiveAsync("node-b", "S1");

        await Eventually.TrueAsync(async () => (await HandlerAsync(receiver)).GetProperty("running").GetInt32() == 2);
        goesOn.SetResult();
        await Eventually.TrueAsync(async () => (await HandlerAsync(receiver)).GetProperty("running").GetInt32() == 0);
    }

    private static async Task<JsonElement> HandlerAsync(ManagedReceiver receiver) =>
        (await receiver.GetAsync("/api/v1/handlers")).GetProperty("items").EnumerateArray().Single(handler => handler.GetProperty("name").GetString() == "hook");

    private static async Task<int> CountAsync(ManagedReceiver receiver) =>
        (await receiver.PostAsync("/api/v1/deliveries/replay", new { handler = "hook", dryRun = true })).GetProperty("count").GetInt32();

    private Task<ManagedReceiver> StartAsync() => ManagedReceiver.StartAsync(configure: builder =>
        builder.AddHandler<NodeStatusUpdated>("hook", (_, _, _) => _fails ? throw new DeadLetterException("It never works.") : Task.CompletedTask));
}

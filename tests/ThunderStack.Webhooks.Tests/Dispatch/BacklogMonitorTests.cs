using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>What waits is counted, and who waits for long is told of.</summary>
public sealed class BacklogMonitorTests
{
    [Fact]
    public async Task A_node_that_an_event_blocks_is_warned_of_after_ten_minutes_and_shows_in_the_gauges()
    {
        using var log = new LogCollector();
        await using var host = await DispatchHost.StartAsync(webhooks =>
        {
            webhooks.Services.AddSingleton<ILoggerProvider>(log);
            webhooks.AddHandler<NodeStatusUpdated>(
                "faulty", (e, _, _) => e.NodeId == new NodeId("node-a") ? throw new InvalidOperationException("no") : Task.CompletedTask);
            webhooks.AddHandler<NodeStatusUpdated>("other", (_, _, _) => Task.CompletedTask);
        }, new() { ["ThunderStack:Conditions:BacklogAfter"] = "01:00:00" });
        var poison = await host.AppendAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.AppendAsync();
            await host.DeliveryIsAsync(await host.AppendAsync("node-b"), "faulty", DeliveryState.Succeeded);
        }

        var started = host.Time.GetUtcNow();
        await PassUntilAsync(host, () => Warnings(log).Any());
        var waited = host.Time.GetUtcNow() - started;

        waited.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10));
        Warnings(log).Should().ContainSingle().Which.Should().Contain("Node node-a").And.Contain("handler faulty")
            .And.Contain($"event {poison.ToString()[^10..]} ").And.Contain("wait behind it: 3.");
        await PassUntilAsync(host, () => Measure(host.Services).Contains("thunderstack.deliveries.pending[{delivery}] 3 handler=faulty"));
        Measure(host.Services).Should().Contain([
            "thunderstack.deliveries.scheduled[{delivery}] 1 handler=faulty",
            "thunderstack.deliveries.oldest[s] positive handler=faulty",
            "thunderstack.deliveries.pending[{delivery}] 0 handler=other",
            "thunderstack.deliveries.scheduled[{delivery}] 0 handler=other",
            "thunderstack.deliveries.oldest[s] 0 handler=other",
        ]);
    }

    [Fact]
    public void A_lane_is_warned_of_once_then_hourly_and_anew_when_another_event_blocks_it()
    {
        var time = new SteppedClock(DateTimeOffset.UnixEpoch);
        var lanes = new BlockedLanes(time);

        Update(Lane(1)).Should().BeEmpty();
        PassAndUpdate(9, Lane(1)).Should().BeEmpty();
        PassAndUpdate(1, Lane(1)).Should().Equal(TimeSpan.FromMinutes(10));
        PassAndUpdate(59, Lane(1)).Should().BeEmpty();
        PassAndUpdate(1, Lane(1)).Should().Equal(TimeSpan.FromMinutes(70));
        PassAndUpdate(9, Lane(2)).Should().BeEmpty("it went on");
        PassAndUpdate(9, Lane(2)).Should().BeEmpty();
        PassAndUpdate(1, Lane(2)).Should().Equal(TimeSpan.FromMinutes(10));
        Update().Should().BeEmpty();
        PassAndUpdate(10, Lane(2)).Should().BeEmpty("it was empty meanwhile");

        IEnumerable<TimeSpan> PassAndUpdate(int minutes, params LaneBacklog[] now)
        {
            time.Advance(TimeSpan.FromMinutes(minutes));
            return Update(now);
        }

        IEnumerable<TimeSpan> Update(params LaneBacklog[] now) => lanes.Update(now).Select(blocked => blocked.Blocked);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    public void A_clock_that_is_set_blocks_no_lane_for_longer_or_shorter(int hours)
    {
        var time = new SteppedClock(DateTimeOffset.UnixEpoch.AddDays(1));
        var lanes = new BlockedLanes(time);
        lanes.Update([Lane(1)]);

        time.Step(TimeSpan.FromHours(hours));
        lanes.Update([Lane(1)]).Should().BeEmpty();

        time.Advance(TimeSpan.FromMinutes(10));
        lanes.Update([Lane(1)]).Should().ContainSingle().Which.Blocked.Should().Be(TimeSpan.FromMinutes(10));
    }

    private static LaneBacklog Lane(int head) =>
        new(new NodeId("node-a"), 1, 1, DateTimeOffset.UnixEpoch, WebhookEventId.Create(DateTimeOffset.UnixEpoch.AddDays(head), new byte[32]), 1, null);

    private static IEnumerable<string> Warnings(LogCollector log) =>
        log.At(LogLevel.Warning).Where(line => line.Contains("has been blocked", StringComparison.Ordinal));

    private static Task PassUntilAsync(DispatchHost host, Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        host.Time.Advance(TimeSpan.FromSeconds(20));
        return false;
    });

    private static List<string> Measure(IServiceProvider services)
    {
        var measured = new List<string>();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.IsObservable
                    && instrument.Name.StartsWith("thunderstack.deliveries", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value > 0 ? "positive" : $"{value}", tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;

        void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add($"{instrument.Name}[{instrument.Unit}] {value} {tags[0].Key}={tags[0].Value}");
    }
}

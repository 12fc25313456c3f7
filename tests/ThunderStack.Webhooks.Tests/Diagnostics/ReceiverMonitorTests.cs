using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Diagnostics;

/// <summary>What the gauges say of the nodes and the inbox, and that they say nothing rather than something old.</summary>
public sealed class ReceiverMonitorTests
{
    [Fact]
    public async Task Every_configured_node_has_a_series_for_each_status()
    {
        await using var host = await StartAsync(new() { ["ThunderStack:Nodes:1:NodeId"] = "node-b" });
        await host.AppendAsync("node-a", "FAILED");

        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.node.status 1 node=node-a status=FAILED"));

        var series = Measure(host).Where(line => line.StartsWith("thunderstack.node.status", StringComparison.Ordinal)).ToList();
        series.Should().HaveCount(14).And.ContainSingle(line => line.StartsWith("thunderstack.node.status 1", StringComparison.Ordinal), "nothing was heard of node-b")
            .And.Contain("thunderstack.node.status 0 node=node-a status=DESTROING").And.Contain("thunderstack.node.status 0 node=node-b status=RUNNING");
    }

    [Fact]
    public async Task A_status_that_the_cloud_has_added_is_shown_while_it_lasts()
    {
        await using var host = await StartAsync();
        await host.AppendAsync("node-a", "HIBERNATING");
        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.node.status 1 node=node-a status=HIBERNATING"));
        await host.AppendAsync("node-a", "RUNNING");

        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.node.status 1 node=node-a status=RUNNING"));

        Measure(host).Should().NotContain(line => line.Contains("HIBERNATING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_status_shows_within_seconds_of_its_webhook()
    {
        await using var host = await StartAsync();
        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.node.status 0 node=node-a status=RUNNING"));
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var delivery = SignedDelivery.Valid();
        var from = host.Time.GetUtcNow();

        var result = await host.Services.GetRequiredService<WebhookIntake>().ReceiveAsync(
            delivery.Body, Convert.FromBase64String(delivery.Signature!), endpointNode: null, TestContext.Current.CancellationToken);

        result.Outcome.Should().Be(IntakeOutcome.Stored);
        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.node.status 1 node=node-a status=RUNNING"));
        (host.Time.GetUtcNow() - from).Should().BeLessThan(TimeSpan.FromSeconds(40), "not only with the next minute");
    }

    [Fact]
    public async Task Dead_letters_are_counted_for_each_handler_until_they_are_let_go()
    {
        await using var host = await StartAsync();
        var first = await host.AppendAsync();
        await host.DeliveryIsAsync(first, "refuses", DeliveryState.DeadLettered);
        await host.DeliveryIsAsync(await host.AppendAsync(), "refuses", DeliveryState.DeadLettered);

        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.deliveries.dead_lettered 2 handler=refuses"));
        Measure(host).Should().Contain("thunderstack.deliveries.dead_lettered 0 handler=takes");
        await host.Administration.DiscardAsync(new DeliveryFilter { EventId = first }, TestContext.Current.CancellationToken);

        await host.AdvanceUntilAsync(() => Measure(host).Contains("thunderstack.deliveries.dead_lettered 1 handler=refuses"));
    }

    [Fact]
    public async Task Of_an_inbox_that_cannot_be_asked_nothing_old_is_said()
    {
        await using var host = await StartAsync();
        await host.AppendAsync();
        await host.AdvanceUntilAsync(() => Measure(host) is var shown && shown.Contains("thunderstack.node.status 1 node=node-a status=RUNNING")
            && shown.Any(line => line.StartsWith("thunderstack.inbox.size", StringComparison.Ordinal)));
        Measure(host).Should().Contain("thunderstack.receiver.ready 1").And.Contain(line => line.StartsWith("thunderstack.inbox.free", StringComparison.Ordinal));

        await host.Services.GetRequiredService<SqliteInbox>().CloseAsync();

        await host.AdvanceUntilAsync(() => !Measure(host).Any(line => line.StartsWith("thunderstack.node.status", StringComparison.Ordinal)
            || line.StartsWith("thunderstack.inbox.", StringComparison.Ordinal)));
        Measure(host).Should().Contain("thunderstack.receiver.ready 0")
            .And.NotContain(line => line.StartsWith("thunderstack.inbox.", StringComparison.Ordinal))
            .And.NotContain(line => line.StartsWith("thunderstack.deliveries.dead_lettered", StringComparison.Ordinal));
    }

    private static Task<DispatchHost> StartAsync(Dictionary<string, string?>? settings = null) => DispatchHost.StartAsync(
        webhooks => webhooks
            .AddHandler<NodeStatusUpdated>("takes", (_, _, _) => Task.CompletedTask)
            .AddHandler<NodeStatusUpdated>("refuses", (_, _, _) => throw new DeadLetterException("no")),
        settings);

    private static List<string> Measure(DispatchHost host)
    {
        var measured = new List<string>();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.IsObservable)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;

        void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}".TrimEnd());
    }
}

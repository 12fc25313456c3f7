using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Reconciliation;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>That the cloud has a newer node image is a condition, and none that wakes anybody.</summary>
public sealed class UpgradeTests
{
    private const string Node = "node-a";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_with_an_older_image_is_named_until_it_is_upgraded()
    {
        await using var cloud = await RunningCloud.StartOutdatedAsync(Node);
        await using var host = await StartAsync(cloud);

        await host.Services.GetRequiredService<CloudSweep>().RunAsync(None);
        await host.AdvanceUntilAsync(async () => (await OpenAsync(host)).Count == 1);
        var open = (await OpenAsync(host)).Single();
        (open.Kind, open.Severity, open.Subject).Should().Be((ConditionKind.UpgradeAvailable, ConditionSeverity.Info, "receiver"));
        open.Message.Should().Be("The cloud has a newer node image, 0.0.0-emulated, than that of node-a.");

        await cloud.UpgradeAsync(Node);
        await host.Services.GetRequiredService<CloudSweep>().RunAsync(None);
        await host.AdvanceUntilAsync(async () => (await OpenAsync(host)).Count == 0);
    }

    [Fact]
    public async Task The_latest_image_opens_nothing_and_the_gauge_says_that_events_can_be_stored()
    {
        await using var cloud = await RunningCloud.StartAsync(Node);
        await using var host = await StartAsync(cloud);

        await host.Services.GetRequiredService<CloudSweep>().RunAsync(None);

        host.Services.GetRequiredService<ReconciliationHealth>().Last!.Outdated.Should().BeEmpty();
        Gauge(host).Should().Contain(("InboxUnhealthy", 0));
    }

    private static List<(string Kind, int Count)> Gauge(DispatchHost host)
    {
        var measured = new List<(string, int)>();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "thunderstack.conditions" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => measured.Add(((string)tags[0].Value!, value)));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }

    private static Task<IReadOnlyList<Condition>> OpenAsync(DispatchHost host) => host.Administration.ListConditionsAsync(closed: false, None);

    private static Task<DispatchHost> StartAsync(RunningCloud cloud) => DispatchHost.StartAsync(
        builder => builder.AddReconciliation(), new Dictionary<string, string?> { ["ThunderStack:Cloud:BaseAddress"] = cloud.Address });
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class KeyMetricsTests
{
    [Fact]
    public async Task Fetches_are_counted_by_outcome_and_cause_and_rotations_by_themselves()
    {
        var source = new ScriptedKeySource(TestKey.Default);
        await using var host = await KeyHost.StartAsync(store: null, source);
        var measured = new ConcurrentQueue<string>();
        using var listener = Listen(host.Services.GetRequiredService<IMeterFactory>(), measured);
        await host.NextFetchAsync();
        measured.Clear();

        source.Serve(TestKey.Other);
        await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Other));
        source.Serve("<html></html>");
        await host.Ring.RefreshAsync(TestContext.Current.CancellationToken);
        source.Fail();
        await host.Ring.RefreshAsync(TestContext.Current.CancellationToken);

        measured.Should().Equal(
            "thunderstack.key.fetches {fetch} outcome=succeeded cause=mismatch",
            "thunderstack.key.rotations {rotation}",
            "thunderstack.key.fetches {fetch} outcome=refused cause=background",
            "thunderstack.key.fetches {fetch} outcome=failed cause=background");
    }

    private static MeterListener Listen(IMeterFactory factory, ConcurrentQueue<string> measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == KeyMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => measured.Enqueue(string.Join(
            ' ', [instrument.Name, instrument.Unit, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")])));
        listener.Start();
        return listener;
    }
}

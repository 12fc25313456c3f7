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

    [Fact]
    public async Task The_age_grows_until_the_cloud_confirms_the_key_again()
    {
        var source = new ScriptedKeySource(TestKey.Default);
        await using var host = await KeyHost.StartAsync(store: null, source);
        await host.Ring.RefreshAsync(TestContext.Current.CancellationToken);
        Age(host.Services).Should().Be(0);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = Age(host.Services);
        source.Fail();
        await host.Ring.RefreshAsync(TestContext.Current.CancellationToken);
        var unconfirmed = Age(host.Services);
        source.Serve(TestKey.Default);
        await host.Ring.RefreshAsync(TestContext.Current.CancellationToken);

        later.Should().Be(60);
        unconfirmed.Should().Be(60);
        Age(host.Services).Should().Be(0);
    }

    private static double? Age(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        double? age = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "thunderstack.key.age" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => age = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return age;
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

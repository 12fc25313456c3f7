using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Receiver.Tests.Emulated;
using ThunderStack.Webhooks.Receiver.Tests.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>Every instrument of a receiver stands in the table, with its unit, its labels and the name that Prometheus reads.</summary>
[Collection(nameof(OneReceiver))]
public sealed class MetricsTableTests
{
    [Fact]
    public async Task The_table_lists_every_instrument_with_its_unit_its_labels_and_its_name_for_Prometheus()
    {
        var documented = ReadmeTable.Read("Metrics").Select(Row.Of).ToList();
        var port = LoopbackPort.FindFree();
        using var measured = new MeasuredInstruments();
        await using var host = await EmulatedCloudHost.StartAsync(
            receiverSettings: new() { ["Management:Port"] = $"{port}", ["Nodes:0:Api:Url"] = "http://127.0.0.1:1", ["Cloud:ApiToken"] = "token" },
            logs: true);
        await host.UntilReadyAsync();
        measured.Receiver = host.Receiver.Services.GetRequiredService<IMeterFactory>();

        await host.SendAsync();
        await host.HandledAsync(1);
        host.Receiver.Services.GetRequiredService<WebhookMetrics>().ConnectionClosed("idle");
        (await host.Receiver.SendAsync(SignedDelivery.Valid().WithTamperedBody())).IsSuccessStatusCode.Should().BeFalse();

        measured.Published.Should().BeEquivalentTo(documented.Select(row => $"{row.Name} {row.Unit}"));
        documented.Should().OnlyContain(row => row.Prometheus == PrometheusNameOf(row, measured.KindOf(row.Name)));
        await Eventually.TrueAsync(
            () => documented.Where(row => row.Labels.Length > 0).All(row => measured.LabelsOf(row.Name) != ""), "every instrument with labels measures");
        documented.Should().OnlyContain(row => measured.LabelsOf(row.Name) == string.Join(", ", row.Labels.Order(StringComparer.Ordinal)));

        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", TestContext.Current.CancellationToken);
        documented.Where(row => measured.HasMeasured(row.Name)).Should().OnlyContain(row => text.Contains($"\n# TYPE {row.Prometheus} "));
    }

    // As OpenTelemetry's specification has it: a unit in words, unless it is in braces, and _total behind what only grows.
    private static string PrometheusNameOf(Row row, Type kind)
    {
        var unit = row.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var total = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? "_total" : "";
        return row.Name.Replace('.', '_') + unit + total;
    }

    private sealed record Row(string Name, string Unit, string[] Labels, string Prometheus)
    {
        public static Row Of(string[] cells) => new(
            ReadmeTable.Code(cells[0]).Single(), ReadmeTable.Code(cells[1]).Single(), [.. ReadmeTable.Code(cells[2])], ReadmeTable.Code(cells[3]).Single());
    }

    /// <summary>The instruments of all receivers from now on, of which one is looked at, and the labels that each has measured with.</summary>
    private sealed class MeasuredInstruments : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<Instrument, HashSet<string>?> _labels = new();

        public MeasuredInstruments()
        {
            _listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == WebhookMetrics.Name)
                {
                    _labels.TryAdd(instrument, null);
                    self.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.Start();
        }

        /// <summary>Whose instruments are looked at.</summary>
        public IMeterFactory? Receiver { get; set; }

        /// <summary>Each with its unit.</summary>
        public IEnumerable<string> Published => Instruments.Select(instrument => $"{instrument.Name} {instrument.Unit}");

        private IEnumerable<Instrument> Instruments => _labels.Keys.Where(instrument => ReferenceEquals(instrument.Meter.Scope, Receiver));

        public Type KindOf(string name) => Find(name).GetType().GetGenericTypeDefinition();

        public bool HasMeasured(string name) => _labels[Find(name)] is not null;

        public string LabelsOf(string name)
        {
            _listener.RecordObservableInstruments();
            return string.Join(", ", (_labels[Find(name)] ?? []).Order(StringComparer.Ordinal));
        }

        public void Dispose() => _listener.Dispose();

        private Instrument Find(string name) => Instruments.Single(instrument => instrument.Name == name);

        private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            HashSet<string> labels = [.. tags.ToArray().Select(tag => tag.Key)];
            _labels.AddOrUpdate(
                instrument, labels, (_, known) => known is null || labels.SetEquals(known) ? labels : [.. known, .. labels, "not always the same"]);
        }
    }
}

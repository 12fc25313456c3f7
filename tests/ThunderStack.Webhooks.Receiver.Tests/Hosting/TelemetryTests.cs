using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class TelemetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_gets_the_metrics_and_the_traces()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var receiver = await ReceiverHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["ThunderStack:Handlers:ops:Type"] = "Log",
        });

        (await receiver.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);

        await collector.ReceivedAsync("/v1/metrics", "thunderstack.webhook.requests", Cancellation);
        await collector.ReceivedAsync("/v1/metrics", "thunderstack.inbox.append.duration", Cancellation);
        await collector.ReceivedAsync("/v1/metrics", "thunderstack-webhooks", Cancellation);
        await collector.ReceivedAsync("/v1/traces", "deliver ops", Cancellation);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_holds_up_nothing()
    {
        await using var receiver = await ReceiverHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
        });

        (await receiver.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_exported()
    {
        await using var receiver = await ReceiverHost.StartAsync();

        receiver.Services.GetService<MeterProvider>().Should().BeNull();
        receiver.Services.GetService<TracerProvider>().Should().BeNull();
    }
}

using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

[Collection(nameof(OneReceiver))]
public sealed class TelemetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http/protobuf", HttpProtocols.Http1, "/v1/metrics", "/v1/traces")]
    [InlineData(
        "grpc", HttpProtocols.Http2,
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData(
        null, HttpProtocols.Http2,
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    public async Task A_collector_gets_the_metrics_and_the_traces(string? protocol, HttpProtocols http, string metrics, string traces)
    {
        var node = $"node-{Guid.NewGuid():N}";
        await using var collector = await OtlpCollector.StartAsync(http);
        await using var receiver = await ReceiverHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["ThunderStack:Handlers:ops:Type"] = "Log",
            ["ThunderStack:Nodes:0:NodeId"] = node,
        });

        (await receiver.SendAsync(SignedDelivery.Valid().ForNode(node))).StatusCode.Should().Be(HttpStatusCode.OK);

        await collector.ReceivedAsync(metrics, Cancellation, "thunderstack.webhook.requests");
        await collector.ReceivedAsync(metrics, Cancellation, "thunderstack.inbox.append.duration");
        await collector.ReceivedAsync(metrics, Cancellation, "thunderstack-webhooks");
        await collector.ReceivedAsync(traces, Cancellation, "deliver ops", node);
        await collector.ReceivedAsync(traces, Cancellation, "receive", "thunderstack.webhook.outcome", node);
    }

    [Fact]
    public async Task An_endpoint_for_traces_alone_exports_traces_alone()
    {
        var node = $"node-{Guid.NewGuid():N}";
        await using var collector = await OtlpCollector.StartAsync(HttpProtocols.Http1);
        await using var receiver = await ReceiverHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = $"{collector.Address.TrimEnd('/')}/v1/traces",
            ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["ThunderStack:Nodes:0:NodeId"] = node,
        });

        (await receiver.SendAsync(SignedDelivery.Valid().ForNode(node))).StatusCode.Should().Be(HttpStatusCode.OK);

        await collector.ReceivedAsync("/v1/traces", Cancellation, "receive", node);
        receiver.Services.GetService<MeterProvider>().Should().BeNull();
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "none", true, false)]
    [InlineData("OTEL_METRICS_EXPORTER", "none", false, true)]
    [InlineData("OTEL_SDK_DISABLED", "true", false, false)]
    public async Task What_is_switched_off_is_not_exported(string variable, string value, bool metrics, bool traces)
    {
        await using var receiver = await ReceiverHost.StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
            [variable] = value,
        });

        (receiver.Services.GetService<MeterProvider>() is not null).Should().Be(metrics);
        (receiver.Services.GetService<TracerProvider>() is not null).Should().Be(traces);
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

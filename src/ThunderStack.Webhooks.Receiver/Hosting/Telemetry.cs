using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// Exports metrics and traces over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to; otherwise nothing of it is
/// started. All settings are OpenTelemetry's own variables, which may stand in appsettings as well.
/// </summary>
internal static class Telemetry
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string ServiceName = "thunderstack-webhooks";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (IsOn(builder.Configuration) && !Problems(builder.Configuration).Any())
        {
            AddExport(builder.Services);
        }
    }

    /// <summary>What the SDK would pass over in silence, or fail at with a stack trace.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        if (!IsOn(configuration))
        {
            yield break;
        }

        if (!Uri.TryCreate(configuration[EndpointKey], UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            yield return $"{EndpointKey} is not an http or https address: write such as http://collector:4317.";
        }

        if (configuration[ProtocolKey] is { Length: > 0 } protocol and not ("grpc" or "http/protobuf"))
        {
            yield return $"{ProtocolKey} is '{protocol}': write grpc or http/protobuf.";
        }
    }

    // Of its own, so that a receiver which exports nothing does not even load the SDK.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExport(IServiceCollection services) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(
                WebhookMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"))
            .WithTracing(traces => traces.AddSource(WebhookMetrics.Name))
            .UseOtlpExporter();

    private static bool IsOn(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[EndpointKey]);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// Measures for <c>/metrics</c> on the management port, and exports metrics, traces and the log over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to, or the endpoint of one of them. Without that port and without an endpoint nothing of
/// it is started. All settings are OpenTelemetry's own variables, which may stand in appsettings as well.
/// </summary>
internal static class Telemetry
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string HeadersKey = "OTEL_EXPORTER_OTLP_HEADERS";
    private const string ServiceName = "thunderstack-webhooks";
    private const string Metrics = "METRICS";
    private const string Traces = "TRACES";
    private const string Logs = "LOGS";
    private const string Otlp = "otlp";
    private const string None = "none";

    // Series of one instrument; the SDK's own limit is 2,000. Nodes have one for each status.
    private const int MostNodeSeries = 20_000;

    private static readonly string[] Signals = [Metrics, Traces, Logs];

    private static readonly string[] Numbers =
    [
        "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if ((IsScraped(builder.Configuration) || Signals.Any(signal => IsExported(builder.Configuration, signal))) && !Problems(builder.Configuration).Any())
        {
            AddExport(builder);
        }
    }

    /// <summary>What the SDK would pass over in silence, or fail at with a stack trace. None of the values is repeated.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var signal in Signals)
        {
            if (Read(configuration, $"OTEL_{signal}_EXPORTER") is { } exporter and not (Otlp or None))
            {
                yield return $"OTEL_{signal}_EXPORTER is unknown: write {Otlp} or {None}.";
            }
        }

        if (!Signals.Any(signal => IsExported(configuration, signal)))
        {
            yield break;
        }

        foreach (var key in Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT").Prepend(EndpointKey))
        {
            if (Read(configuration, key) is { } address
                && (!Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https")))
            {
                yield return $"{key} is not an http or https address. Example: http://collector:4317.";
            }
        }

        foreach (var key in Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL").Prepend(ProtocolKey))
        {
            if (Read(configuration, key) is not (null or "grpc" or "http/protobuf"))
            {
                yield return $"{key} is unknown: write grpc or http/protobuf.";
            }
        }

        foreach (var key in Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}_HEADERS").Prepend(HeadersKey))
        {
            if (configuration[key]?.Split(',', StringSplitOptions.RemoveEmptyEntries).Any(header => header.IndexOf('=') < 1) == true)
            {
                yield return $"{key} is not a list of headers. Example: api-key=secret, separated by commas.";
            }
        }

        foreach (var key in Numbers.Concat(Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}_TIMEOUT")))
        {
            if (configuration[key] is { Length: > 0 } number && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0))
            {
                yield return $"{key} is not a number above 0. Example: 10000.";
            }
        }
    }

    /// <summary>Whether there is a port for <c>/metrics</c>.</summary>
    public static bool IsScraped(IConfiguration configuration) =>
        !IsDisabled(configuration) && !(int.TryParse(configuration[ManagementOptions.PortKey], CultureInfo.InvariantCulture, out var port) && port == 0);

    // Of its own, so that a receiver which measures for nobody does not even load the SDK.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExport(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector());
        if (IsScraped(configuration) || IsExported(configuration, Metrics))
        {
            telemetry.WithMetrics(metrics => AddMetrics(metrics, configuration));
        }

        if (IsExported(configuration, Traces))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(WebhookMetrics.Name)
                .AddOtlpExporter(options => Configure(options, configuration, Traces)));
        }

        if (IsExported(configuration, Logs))
        {
            telemetry.WithLogging(logs => logs.AddOtlpExporter(options => Configure(options, configuration, Logs)));
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics, IConfiguration configuration)
    {
        metrics
            .AddMeter(WebhookMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddView("thunderstack.node.*", new MetricStreamConfiguration { CardinalityLimit = MostNodeSeries });
        if (IsScraped(configuration))
        {
            // Measured by MetricsPage, which is what decides how often.
            metrics.AddPrometheusExporter(options => (options.ScopeInfoEnabled, options.ScrapeResponseCacheDurationMilliseconds) = (false, 0));
        }

        if (IsExported(configuration, Metrics))
        {
            metrics.AddOtlpExporter(options => Configure(options, configuration, Metrics));
        }
    }

    // The exporter reads the variables for all signals by itself; those for one of them outweigh them.
    private static void Configure(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        if (Read(configuration, $"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") is { } protocol)
        {
            options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        }

        if (Read(configuration, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }

        if (Read(configuration, $"OTEL_EXPORTER_OTLP_{signal}_HEADERS") is { } headers)
        {
            options.Headers = headers;
        }

        if (Read(configuration, $"OTEL_EXPORTER_OTLP_{signal}_TIMEOUT") is { } timeout)
        {
            options.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        }
    }

    private static bool IsExported(IConfiguration configuration, string signal) =>
        !IsDisabled(configuration)
        && Read(configuration, $"OTEL_{signal}_EXPORTER") != None
        && (Read(configuration, EndpointKey) ?? Read(configuration, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) is not null;

    private static bool IsDisabled(IConfiguration configuration) =>
        string.Equals(Read(configuration, "OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    private static string? Read(IConfiguration configuration, string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}

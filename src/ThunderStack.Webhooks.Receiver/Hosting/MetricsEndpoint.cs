using System.Runtime.CompilerServices;
using OpenTelemetry.Metrics;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary><c>GET /metrics</c>, for Prometheus. For the management port alone: the names of nodes and handlers are in it.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Maps it, unless nothing is measured.</summary>
    /// <param name="app">The server.</param>
    /// <param name="receiver">The receiver's services.</param>
    public static void MapMetrics(this WebApplication app, IServiceProvider receiver)
    {
        if (Telemetry.IsScraped(receiver.GetRequiredService<IConfiguration>()))
        {
            Map(app, receiver);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Map(WebApplication app, IServiceProvider receiver)
    {
        if (receiver.GetService<MeterProvider>() is { } meters)
        {
            var page = new MetricsPage(Exporter(app, meters), receiver.GetRequiredService<TimeProvider>());
            app.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], page.AnswerAsync);
        }
    }

    private static RequestDelegate Exporter(IApplicationBuilder app, MeterProvider meters)
    {
        var exporter = app.New();
        exporter.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters, static _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return exporter.Build();
    }
}

using System.Diagnostics.Metrics;
using Serilog;
using Serilog.Configuration;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Receiver.Logging;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Serilog: lines for people in Development, compact JSON for machines otherwise. Levels: <c>Logging:LogLevel</c>.</summary>
internal static class ReceiverLogging
{
    private const string Template = "[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}{NewLine}{Exception}";

    // Enough for a burst, and a few MiB at most while nobody reads.
    private const int QueuedLines = 4_096;

    public static void AddReceiverLogging(this WebApplicationBuilder builder)
    {
        var isDevelopment = builder.Environment.IsDevelopment();

        // As a plain provider: AddSerilog would add a filter that lets everything through. Made by the container, which then disposes
        // it, last: what is queued is written.
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services => Create(isDevelopment, services.GetRequiredService<IMeterFactory>()));
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);

        // That it could not start is told in one sentence, see StartupProblems; here it would be a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static SerilogLoggerProvider Create(bool isDevelopment, IMeterFactory meters)
    {
        var lost = new LostLines();
        meters.Create(WebhookMetrics.Name).CreateObservableCounter(
            "thunderstack.log.lost", () => lost.Count, "{line}", "Log lines that were dropped because standard output was not read.");

        // Which level is logged is decided by the framework's filters, so that Serilog passes on all that reaches it.
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose().Enrich.FromLogContext();
        if (isDevelopment)
        {
            configuration.Enrich.With<VisibleTextEnricher>();
        }

        var console = LoggerSinkConfiguration.Wrap(sink => new LossTellingSink(sink, lost), sink => WriteToConsole(sink, isDevelopment));

        // Not wrapped, which would dispose the queue beside its wrapper, and wait for it.
        var queue = LoggerSinkConfiguration.CreateSink(sink => sink.Async(queued => queued.Sink(console), QueuedLines, blockWhenFull: false, lost));
        configuration.WriteTo.Sink(new LimitedSink(new PromptSink(queue), TimeProvider.System));
        return new SerilogLoggerProvider(configuration.CreateLogger(), dispose: true);
    }

    private static void WriteToConsole(LoggerSinkConfiguration console, bool isDevelopment) =>
        _ = isDevelopment ? console.Console(outputTemplate: Template) : console.Console(new VisibleTextFormatter(new RenderedCompactJsonFormatter()));
}

using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Serilog: lines for people in Development, compact JSON for machines otherwise. Levels: <c>Logging:LogLevel</c>.</summary>
internal static class ReceiverLogging
{
    private const string Template = "[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}{NewLine}{Exception}";

    public static void AddReceiverLogging(this WebApplicationBuilder builder)
    {
        // Which level is logged is decided by the framework's filters, so that Serilog passes on all that reaches it.
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose().Enrich.FromLogContext();
        configuration = builder.Environment.IsDevelopment()
            ? configuration.Enrich.With<VisibleTextEnricher>().WriteTo.Console(outputTemplate: Template)
            : configuration.WriteTo.Console(new VisibleTextFormatter(new CompactJsonFormatter()));

        // As a plain provider: AddSerilog would add a filter that lets everything through.
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new SerilogLoggerProvider(configuration.CreateLogger(), dispose: true));
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);

        // That it could not start is told in one sentence, see StartupProblems; here it would be a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}

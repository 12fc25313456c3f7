using ThunderStack.Webhooks.Receiver.Hosting;

namespace ThunderStack.Webhooks.Receiver;

/// <summary>The container's program: configuration and the order of features.</summary>
public static class ReceiverApplication
{
    /// <summary>Runs until it is told to stop. Returns the exit code: 0, or 1 when it could not start.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await StartAsync(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (StartupProblems.TryDescribe(exception, out var message))
        {
            await Console.Error.WriteLineAsync(message);
            return 1;
        }
    }

    /// <summary>Builds the receiver. Another program can host it, with <paramref name="configure"/> having the last word.</summary>
    /// <exception cref="StartupException">The configuration has problems; the message lists all of them.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddSecretFiles();
        builder.AddReceiverLogging();
        configure?.Invoke(builder);
        builder.AddReceiverServer();
        builder.AddProxyOptions();
        builder.AddTelemetry();
        builder.Services.AddOpenApi();
        builder.Services.AddThunderStackWebhooks(builder.Configuration).UseConfiguredInbox().AddConfiguredHandlers().AddReconciliation();

        var app = builder.Build();
        StartupProblems.ThrowIfAny(app);
        app.UseConfiguredForwardedHeaders();
        app.MapThunderStackWebhooks();
        app.MapThunderStackHealthChecks();
        app.MapOpenApi();
        app.MapNotFound();
        return app;
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // What did start, such as the dispatcher when only the port is taken, ends before the inbox under it is closed.
            await app.StopAsync();
            throw;
        }
    }
}

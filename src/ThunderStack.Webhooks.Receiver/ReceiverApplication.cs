using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Receiver;

/// <summary>The container's program: configuration and the order of features.</summary>
public static class ReceiverApplication
{
    /// <summary>Runs until it is told to stop. Returns the exit code: 0, or 1 when it could not start.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [HealthProbe.Argument, .. var rest])
            {
                return await HealthProbe.RunAsync(rest);
            }

            await using var app = Build(args);
            if (await StartAsync(app))
            {
                await app.WaitForShutdownAsync();
            }

            // Not 0 when what it waited for turned out to be impossible.
            return Environment.ExitCode;
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
        var builder = ReceiverConfiguration.CreateBuilder(args);
        builder.AddReceiverLogging();
        configure?.Invoke(builder);
        builder.AddReceiverServer();
        builder.AddProxyOptions();
        builder.AddTelemetry();
        ManagementServer.Add(builder);
        builder.Services.AddOpenApi();
        builder.AddManagementWhereWanted(builder.Services.AddThunderStackWebhooks(builder.Configuration).UseConfiguredInbox().AddConfiguredHandlers().AddNotifiers().AddRabbitMq().AddReconciliation().AddNodeWatch());

        LogLevels.ThrowIfAnyIsUnknown(builder.Configuration);
        var app = builder.Build();
        StartupProblems.ThrowIfAny(app);
        app.UseConfiguredForwardedHeaders();
        app.MapThunderStackWebhooks();
        app.MapThunderStackHealthChecks();
        app.MapApiDescription();
        app.MapNotFound();
        return app;
    }

    /// <summary>Whether it started, rather than being told to stop before it had, such as while it waits for its database.</summary>
    private static async Task<bool> StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (Exception exception)
        {
            // What did start, such as the dispatcher when only the port is taken, ends before the inbox under it is closed. What
            // fails at that is a consequence: the cause is what has to be told.
            var wasTold = exception is OperationCanceledException && app.Lifetime.ApplicationStopping.IsCancellationRequested;
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (wasTold)
            {
                return false;
            }

            throw;
        }
    }
}

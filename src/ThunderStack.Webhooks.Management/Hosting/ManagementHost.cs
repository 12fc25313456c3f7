using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Management.Access;
using ThunderStack.Webhooks.Management.Settings;

namespace ThunderStack.Webhooks.Management.Hosting;

/// <summary>
/// The API's own server beside that of the application. It answers probes too, where the application has health checks, and is the
/// first to stop.
/// </summary>
internal sealed partial class ManagementHost(
    IServiceProvider services, IOptions<ManagementApiOptions> options, ManagementAccess access, ApiKeys keys, ILogger<ManagementHost> logger)
    : IHostedLifecycleService, IAsyncDisposable
{
    private const int MaxConnections = 64;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private WebApplication? _app;

    /// <summary>The services of its server, while there is one.</summary>
    public IServiceProvider? Server => _app?.Services;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Port == 0)
        {
            return;
        }

        if (keys.IsEmpty && !access.IsOpen)
        {
            Log.NobodyMayAsk(logger);
        }

        _app = Build(options.Value.Port);
        await _app.StartAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            using var limit = new CancellationTokenSource(StopTime, TimeProvider.System);
            await _app.StopAsync(limit.Token);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseConnectionGate(MaxConnections).UseUrls($"http://*:{port}");
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);

        // Given, not made here, so that they outlive it.
        builder.Services.AddSingleton(services.GetRequiredService<ILoggerFactory>());
        builder.Services.AddSingleton(services.GetRequiredService<TimeProvider>());
        builder.Services.AddSingleton(services.GetRequiredService<WebhookMetrics>());
        var health = services.GetService<HealthCheckService>();
        if (health is not null)
        {
            builder.Services.AddSingleton(health);
        }

        var app = builder.AddManagementApi(services).Build();
        app.MapManagementApi(services);
        if (health is not null)
        {
            app.MapThunderStackHealthChecks();
        }

        return app;
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "ThunderStack:Management:ApiKeys is empty, so the management API answers nobody: add a key")]
        public static partial void NobodyMayAsk(ILogger logger);
    }
}

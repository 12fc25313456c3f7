using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// A server of its own for probes, metrics and operators, so that nobody who holds the connections of the port for webhooks makes an
/// orchestrator believe that the receiver is dead. It shares the receiver's services and nothing of its pipeline, listens before the
/// rest starts, and is the first to stop: from then on the receiver is not ready.
/// </summary>
internal sealed class ManagementServer(IServiceProvider services, IOptions<ManagementOptions> options) : IHostedLifecycleService, IAsyncDisposable
{
    private const int MaxConnections = 64;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private WebApplication? _app;

    /// <summary>Where it listens; empty when it is off.</summary>
    public IEnumerable<string> Urls => _app?.Urls ?? (IEnumerable<string>)[];

    public static void Add(WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName);
        new ThunderStackWebhooksBuilder(builder.Services, section).AddSettings<ManagementOptions>(
            ManagementFeature.SettingsOf(builder),
            static (options, thunderStack) => thunderStack.GetSection("Management").Bind(options));
        builder.Services.AddSingleton<IValidateOptions<ManagementOptions>, ManagementOptionsValidator>();
        builder.Services.AddSingleton<ManagementServer>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var port = options.Value.Port;
        if (port == 0)
        {
            return;
        }

        _app = Build(port);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new StartupException(
                $"Another program has port {port}, where this one answers probes: stop that one, or set ThunderStack:Management:Port to another port, or to 0 for none.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            using var limit = new CancellationTokenSource(StopTime, services.GetRequiredService<TimeProvider>());
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
        builder.Services.AddRoutingCore();
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);

        // Given, not made here, so that they outlive it.
        builder.Services.AddSingleton(services.GetRequiredService<ILoggerFactory>());
        builder.Services.AddSingleton(services.GetRequiredService<TimeProvider>());
        builder.Services.AddSingleton(services.GetRequiredService<WebhookMetrics>());
        builder.Services.AddSingleton(services.GetRequiredService<HealthCheckService>());

        var isOn = ManagementFeature.IsOn(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostEnvironment>());
        if (isOn)
        {
            ManagementFeature.AddTo(builder, services);
        }

        var app = builder.Build();
        app.UseConfiguredForwardedHeaders(services.GetRequiredService<IOptions<ProxyOptions>>().Value);
        if (isOn)
        {
            ManagementFeature.MapTo(app, services);
        }

        app.MapThunderStackHealthChecks();
        app.MapMetrics(services);
        app.MapNotFound();
        return app;
    }
}

using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Kestrel, with limits for what webhooks are: small requests from few senders, on an address the world can reach.</summary>
internal static class ReceiverServer
{
    private const int DefaultPort = 8080;

    // The most that ThunderStack:Webhook:MaxBodyBytes can be; the endpoint keeps to what it is.
    private const int MaxBodyBytes = 1_048_576;
    private const int MaxConnections = 4_096;
    private const int MaxHeaderCount = 64;
    private const int MaxHeaderBytes = 16 * 1024;
    private const double MinBodyBytesPerSecond = 240;

    // Beyond what the dispatcher needs to drain, and within the 30 s that orchestrators wait before they kill.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BodyRateGrace = TimeSpan.FromSeconds(5);

    // Longer than the minute or two that load balancers keep a connection, so that theirs is the side that closes.
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(130);

    public static void AddReceiverServer(this WebApplicationBuilder builder)
    {
        // A bare line feed ends no line: two parsers that disagree on that are how requests are smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        builder.WebHost.UseKestrelHttpsConfiguration();
        if (!IsAddressConfigured(builder.Configuration))
        {
            builder.WebHost.UseUrls($"http://*:{DefaultPort}");
        }

        PromptServer.Add(builder.Services);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestHeaderCount = MaxHeaderCount;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, BodyRateGrace);
        });
    }

    private static bool IsAddressConfigured(ConfigurationManager configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}

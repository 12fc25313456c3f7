namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Kestrel, on an address that the world can reach.</summary>
internal static class ReceiverServer
{
    private const int DefaultPort = 8080;

    // Beyond what the dispatcher needs to drain, and within the 30 s that orchestrators wait before they kill.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static void AddReceiverServer(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (!IsAddressConfigured(builder.Configuration))
        {
            builder.WebHost.UseUrls($"http://*:{DefaultPort}");
        }

        PromptServer.Add(builder.Services);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.UseThunderStackWebhookServer();
    }

    private static bool IsAddressConfigured(ConfigurationManager configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.AspNetCore.Server;
using ThunderStack.Webhooks.Diagnostics;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Makes Kestrel a server that stays reachable on an address the world can reach.</summary>
public static class ThunderStackWebhooksServerExtensions
{
    private const int MaxConnections = 4_096;

    // Linux lets each grow to several MiB of what nobody has read yet: a few hundred connections that send without pause use up what the
    // machine has for sockets, and everybody's connections stall. An event and its answer are a few hundred bytes.
    private const int SocketBufferBytes = 64 * 1024;

    /// <summary>
    /// Sets Kestrel's limits for an application that receives webhooks and does little else: small headers, bodies and buffers;
    /// connections that give way to others when they are silent or idle; and every request that is refused before an endpoint counted
    /// in <c>thunderstack.webhook.requests</c>. What is configured on Kestrel afterwards wins, but for <c>ConfigureEndpointDefaults</c>, which this uses.
    /// </summary>
    /// <param name="webHost">The application's web host, with <c>AddThunderStackWebhooks</c> among its services.</param>
    /// <returns>The same web host.</returns>
    public static IWebHostBuilder UseThunderStackWebhookServer(this IWebHostBuilder webHost)
    {
        ArgumentNullException.ThrowIfNull(webHost);

        // A bare line feed ends no line: two parsers that disagree on that are how requests are smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        return webHost.UseConnectionGate(MaxConnections).ConfigureServices(services =>
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, EarlyRefusals>()));
    }

    /// <summary>
    /// Sets the same limits for a server of the application beside the one that receives, such as one for probes, whose connections are
    /// its own.
    /// </summary>
    /// <param name="webHost">The web host, with a <see cref="WebhookMetrics"/> among its services.</param>
    /// <param name="maxConnections">How many connections may be open at a time.</param>
    /// <returns>The same web host.</returns>
    public static IWebHostBuilder UseConnectionGate(this IWebHostBuilder webHost, int maxConnections)
    {
        ArgumentNullException.ThrowIfNull(webHost);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConnections, 1);
        return webHost.ConfigureServices(services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(provider => new ConnectionGate(
                maxConnections,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<WebhookMetrics>(),
                provider.GetRequiredService<ILogger<ConnectionGate>>()));
            services.AddSingleton<IConfigureOptions<KestrelServerOptions>, WebhookServerLimits>();
            services.Configure<SocketTransportOptions>(sockets =>
            {
                // The transport reads ahead by limits of its own, of 1 MiB, whatever Kestrel's are.
                sockets.MaxReadBufferSize = WebhookServerLimits.MaxUnreadBytes;
                sockets.MaxWriteBufferSize = WebhookServerLimits.MaxUnreadBytes;
                sockets.CreateBoundListenSocket = Listen;
            });

            // Before the framework's own, of which one refuses hosts.
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ConnectionAsking>());
        });
    }

    // What is accepted takes over the sizes of the socket that listens.
    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.ReceiveBufferSize = SocketBufferBytes;
            socket.SendBufferSize = SocketBufferBytes;
        }

        return socket;
    }
}

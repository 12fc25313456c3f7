using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>Kestrel's limits for what webhooks are: small requests from few senders, on an address the world can reach.</summary>
internal sealed class WebhookServerLimits(ConnectionGate gate) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>
    /// What a connection may make the server keep that nobody has asked for yet, or that its peer does not read. Kestrel's own are
    /// 1 MiB and 64 KiB, each times the number of connections.
    /// </summary>
    public const int MaxUnreadBytes = 32 * 1024;

    // The most that ThunderStack:Webhook:MaxBodyBytes can be; the endpoint keeps to what it is.
    private const int MaxBodyBytes = 1_048_576;
    private const int MaxHeaderCount = 64;
    private const int MaxHeaderBytes = 16 * 1024;
    private const double MinBodyBytesPerSecond = 240;

    private const int MaxStreams = 16;
    private const int StreamWindow = 65_535;
    private const int ConnectionWindow = 128 * 1024;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BodyRateGrace = TimeSpan.FromSeconds(5);

    // Longer than the minute or two that load balancers keep a connection, so that theirs is the side that closes.
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(130);

    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // A header that is not ours to judge must not cost an event, such as a proxy's city name in Latin-1; and a signature with such
        // a byte is no base64, which the endpoint says. Kestrel alone would answer 400 to either.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;

        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = MaxBodyBytes;
        limits.MaxRequestHeaderCount = MaxHeaderCount;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestBufferSize = MaxUnreadBytes;
        limits.MaxResponseBufferSize = MaxUnreadBytes;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAliveTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, BodyRateGrace);
        limits.Http2.MaxStreamsPerConnection = MaxStreams;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;

        // Not Kestrel's own limit of connections, which refuses the newcomer, writes a line for each, and may leave it open.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => gate.ConnectAsync(connection, next)));
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Cloud.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the clients of the cloud's REST API and of the nodes' own.</summary>
public static class ThunderStackCloudServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ThunderStackCloudClient"/>, on an <see cref="HttpClient"/> of its own that follows no redirects, keeps no cookies
    /// and decompresses nothing. What is safe to repeat is asked again, as <see cref="CloudNodesClient"/> says. Its
    /// options are validated at start, and read at each call.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the address and the token; may be left out when they are configured elsewhere.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddThunderStackCloud(
        this IServiceCollection services, Action<ThunderStackCloudOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ThunderStackCloudOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(ThunderStackCloudClient)))
        {
            return services;
        }

        options.ValidateOnStart();
        return services.AddThunderStackCloudClient();
    }

    /// <summary>
    /// Adds <see cref="NodeApiClient"/>, on an <see cref="HttpClient"/> of its own that follows no redirects, keeps no cookies,
    /// logs nothing and sends every request once.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddThunderStackNodeApi(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(NodeApiClient)))
        {
            return services;
        }

        services.AddHttpClient<NodeApiClient>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        return services;
    }

    /// <summary>
    /// Adds <see cref="ThunderStackCloudClient"/> like <see cref="AddThunderStackCloud"/>, for a caller that binds its options and validates
    /// them at start together with others. Until then options that are not valid fail the first call.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddThunderStackCloudClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(ThunderStackCloudClient)))
        {
            return services;
        }

        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ThunderStackCloudOptions>, ThunderStackCloudOptionsValidator>());

        // The client has a timeout of its own, which covers the body. The handler renews its connections, so a singleton may
        // keep a client.
        services.AddHttpClient<ThunderStackCloudClient>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .AddResilienceHandler("ThunderStack.Cloud", CloudRetry.Configure);
        return services;
    }

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectCallback = HappyEyeballs.ConnectAsync,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseDrainSize = 64 * 1024,
        Proxy = new DirectLoopbackProxy(HttpClient.DefaultProxy),
    };
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the public keys and the verifier.</summary>
public static class PublicKeyServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="SignatureVerifier"/> and <see cref="PublicKeyRing"/>: the client of the cloud, the cache with its background
    /// refresh, pinned keys. A registered <see cref="IPublicKeyStore"/> keeps the last good keys; an <see cref="IPublicKeySource"/>
    /// registered before takes the cloud's place.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="thunderStackSection">The section <c>ThunderStack</c>: <c>Cloud</c> and <c>PublicKey</c> are read from it.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddThunderStackPublicKeys(this IServiceCollection services, IConfiguration thunderStackSection)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(thunderStackSection);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        // Bound once: a configuration file that is half written must not turn to another cloud.
        services.AddSettings<ThunderStackCloudOptions>(thunderStackSection, CloudSettings.All, static (options, section) => section.GetSection("Cloud").Bind(options));
        services.AddThunderStackCloudClient();

        services.AddSettings<PublicKeyOptions>(
            thunderStackSection, PublicKeyOptions.Settings, static (options, section) => section.GetSection("PublicKey").Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PublicKeyOptions>, PublicKeyOptionsValidator>());

        services.TryAddSingleton(provider => new KeyMetrics(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton<IPublicKeySource>(provider => new CloudPublicKeySource(
            provider.GetRequiredService<ThunderStackCloudClient>(),
            provider.GetRequiredService<IOptionsMonitor<ThunderStackCloudOptions>>()));
        services.TryAddSingleton(CreateRing);
        services.TryAddSingleton<SignatureVerifier>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PublicKeyRefresher>(CreateRefresher));
        return services;
    }

    private static PublicKeyRing CreateRing(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<PublicKeyOptions>>().Value;

        // The validator has admitted each of them. A file that has changed since is left out, not trusted.
        var pinned = options.Pinned.Select(PinnedPublicKey.Read).Where(judged => judged.IsAdmitted).Select(judged => judged.Key!);
        return new PublicKeyRing(
            pinned,
            options.Pinned.Count == 0 || options.AlsoFetch ? provider.GetRequiredService<IPublicKeySource>() : null,
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<KeyMetrics>(),
            provider.GetRequiredService<ILogger<PublicKeyRing>>());
    }

    private static PublicKeyRefresher CreateRefresher(IServiceProvider provider) => new(
        provider.GetRequiredService<PublicKeyRing>(),
        provider.GetRequiredService<IPublicKeySource>(),
        provider.GetService<IPublicKeyStore>(),
        provider.GetRequiredService<IOptions<PublicKeyOptions>>().Value,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<PublicKeyRefresher>>());
}

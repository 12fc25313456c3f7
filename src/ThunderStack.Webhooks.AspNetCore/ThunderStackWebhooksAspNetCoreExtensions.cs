using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.AspNetCore.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what receives webhooks.</summary>
public static class ThunderStackWebhooksAspNetCoreExtensions
{
    /// <summary>
    /// Registers verification, intake, dispatch, the endpoint and the health checks. Choose a store and add handlers on the
    /// builder that is returned; then call <c>app.MapThunderStackWebhooks()</c>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The application's configuration; its section <c>ThunderStack</c> is read.</param>
    /// <returns>The builder. Another call returns another builder of the same registration.</returns>
    public static ThunderStackWebhooksBuilder AddThunderStackWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        var builder = services.AddThunderStackWebhooksCore(configuration);
        if (services.Any(service => service.ServiceType == typeof(WebhookEndpoint)))
        {
            return builder;
        }

        services.TryAddSingleton<RefusalLog>();
        services.TryAddSingleton<BodyBudget>(_ => new BodyBudget());
        services.TryAddSingleton<WebhookEndpoint>();
        services.AddHealthChecks()
            .AddCheck<PublicKeyHealthCheck>("public-key", tags: [HealthTags.Ready])
            .AddCheck<InboxHealthCheck>("inbox", tags: [HealthTags.Ready])
            .AddCheck<CloudHealthCheck>("cloud", tags: [HealthTags.Ready]);
        return builder;
    }
}

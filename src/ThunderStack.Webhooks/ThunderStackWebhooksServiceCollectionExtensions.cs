using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Nodes;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what receives webhooks, without an HTTP server.</summary>
public static class ThunderStackWebhooksServiceCollectionExtensions
{
    /// <summary>The section that all configuration is in.</summary>
    public const string SectionName = "ThunderStack";

    /// <summary>
    /// Registers verification, intake and dispatch, for a host without ASP.NET Core; with it, call
    /// <c>AddThunderStackWebhooks</c>. A store has to be chosen on the builder that is returned.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">The application's configuration; its section <c>ThunderStack</c> is read.</param>
    public static ThunderStackWebhooksBuilder AddThunderStackWebhooksCore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        var section = configuration.GetSection(SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton<DeliveryMetrics>();

        services.AddOptions<WebhookOptions>().Bind(section.GetSection("Webhook")).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>());
        services.AddOptions<InboxOptions>().Bind(section.GetSection("Inbox")).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>());
        services.AddOptions<DispatchOptions>().Bind(section.GetSection("Dispatch")).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>());

        services.AddThunderStackPublicKeys(section);
        services.AddNodes(section);

        // By factory: without a store it is the mapping that fails, naming the call that is missing, not the container.
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<WebhookIntake>(provider));
        services.TryAddSingleton<HandlerCatalog>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<InboxDispatcher>(provider));
        return new ThunderStackWebhooksBuilder(services, section);
    }

    private static void AddNodes(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<NodesOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, NodesOptionsValidator>());
        services.TryAddSingleton<NodeDirectory>();
        services.TryAddSingleton(provider => new ReloadableOptions<NodesOptions>(
            provider.GetRequiredService<IOptions<NodesOptions>>().Value,
            section,
            () => section.Get<NodesOptions>() ?? new NodesOptions(),
            provider.GetServices<IValidateOptions<NodesOptions>>(),
            provider.GetRequiredService<ILogger<ReloadableOptions<NodesOptions>>>()));
    }
}

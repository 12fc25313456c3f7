using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Reconciliation;

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
    /// <returns>The builder. Another call returns another builder of the same registration.</returns>
    public static ThunderStackWebhooksBuilder AddThunderStackWebhooksCore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);

        // What options are bound from, here and by every feature that hangs off the builder.
        var written = configuration.GetSection(SectionName);
        var section = services.MakeBindable(written);
        if (services.Any(service => service.ServiceType == typeof(WebhookIntake)))
        {
            // Called again, to add handlers in another place: one dispatcher, and every setting read once.
            return new ThunderStackWebhooksBuilder(services, section);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddLogging();
        services.AddHostedService(provider => new UnknownKeys(
            written, provider.GetRequiredService<SettingsCatalog>(), provider.GetRequiredService<ILogger<UnknownKeys>>()));
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton<DeliveryMetrics>();

        // Bound once: what is not meant to change while running must not change with a file that is half written. What is meant
        // to, nodes and handlers, goes through ReloadableOptions.
        services.AddSettings<WebhookOptions>(section, WebhookOptions.Settings, static (options, bindable) => bindable.GetSection("Webhook").Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>());
        services.AddSettings<InboxOptions>(section, InboxOptions.Settings, static (options, bindable) => bindable.GetSection("Inbox").Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>());
        services.AddSettings<DispatchOptions>(section, DispatchOptions.Settings, static (options, bindable) => bindable.GetSection("Dispatch").Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>());

        services.AddThunderStackPublicKeys(section);
        services.AddNodes(section);
        services.AddSingleton<IValidateOptions<NodesOptions>>(new NodeSecretsValidator(configuration, SectionName));

        // By factory: without a store it is the mapping that fails, naming the call that is missing, not the container.
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<WebhookIntake>(provider));
        services.TryAddSingleton<RecentRefusals>();
        services.TryAddSingleton<ReconciliationHealth>();
        services.GetOrAdd(static () => new EventTypes());
        services.TryAddSingleton(provider => new HandlerCatalog(provider.GetServices<WebhookHandler>(), provider.GetServices<IHandlerSource>()));
        services.AddConditions(section);
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<InboxDispatcher>(provider));
        return new ThunderStackWebhooksBuilder(services, section);
    }

    private static void AddConditions(this IServiceCollection services, IConfiguration section)
    {
        services.AddSettings<ConditionOptions>(section, ConditionOptions.Settings, static (options, bindable) => bindable.GetSection("Conditions").Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ConditionOptions>, ConditionOptionsValidator>());
        services.TryAddSingleton<ConditionSignal>();
        services.TryAddSingleton(provider => new HandlerAttempts(provider.GetRequiredService<ConditionSignal>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<CountedBacklog>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, NodeStatusConditions>(
            provider => ActivatorUtilities.CreateInstance<NodeStatusConditions>(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, DispatchConditions>(
            provider => ActivatorUtilities.CreateInstance<DispatchConditions>(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConditionSource, KeyConditions>());
    }

    private static void AddNodes(this IServiceCollection services, IConfiguration section)
    {
        services.AddReloadableSettings<NodesOptions>(section, NodesOptions.Settings, NodesOptions.Bind);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, NodesOptionsValidator>());
        services.TryAddSingleton(provider => new NodeDirectory(
            provider.GetRequiredService<ReloadableOptions<NodesOptions>>(), provider.GetRequiredService<ILogger<NodeDirectory>>()));
    }
}

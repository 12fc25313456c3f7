using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Access;
using ThunderStack.Webhooks.Management.Audit;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Deliveries;
using ThunderStack.Webhooks.Management.EffectiveSettings;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Hosting;
using ThunderStack.Webhooks.Management.Keys;
using ThunderStack.Webhooks.Management.Nodes;
using ThunderStack.Webhooks.Management.Overview;
using ThunderStack.Webhooks.Management.Refusals;
using ThunderStack.Webhooks.Management.Settings;
using ThunderStack.Webhooks.Management.Stream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the management API.</summary>
public static class ManagementBuilderExtensions
{
    /// <summary>
    /// Answers the management API on a server of its own, at the port <c>ThunderStack:Management:Port</c>, to whoever has a key of
    /// <c>ThunderStack:Management:ApiKeys</c>. Call it after the store is chosen. That port belongs behind a firewall.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddManagement(this ThunderStackWebhooksBuilder builder)
    {
        builder.AddManagementServices();
        if (builder.Services.All(service => service.ServiceType != typeof(ManagementHost)))
        {
            builder.Services.AddSingleton<ManagementHost>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<ManagementHost>());
        }

        return builder;
    }

    /// <summary>
    /// Adds what answers the management API, for an application that has a server for it: call <c>AddManagementApi</c> on its builder and
    /// <c>MapManagementApi</c> on it. Otherwise call <see cref="AddManagement"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddManagementServices(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(ApiKeys)))
        {
            return builder;
        }

        AddSettings(builder);
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<AttemptLimit>();
        services.AddSingleton(provider => new HostNames(provider.GetRequiredService<IOptions<ManagementApiOptions>>().Value.PublicUrl, Environment.MachineName));
        services.AddSingleton<ManagementAccess>();
        services.AddSingleton<IManagementAccess>(provider => provider.GetRequiredService<ManagementAccess>());

        services.AddSingleton<CloudView>();
        services.AddSingleton<EventViews>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<NodeOverview>(provider));
        services.AddSingleton<NodeTimeline>();
        services.AddSingleton<NodeActions>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<NodeWork>(provider));
        services.AddSingleton<HandlerOverview>();
        services.AddSingleton<SystemOverview>();
        services.AddSingleton<HandlerSwitch>();
        services.AddSingleton<EventDetails>();
        services.AddSingleton<EventVerifier>();
        services.AddSingleton<DeliveryChanges>();
        services.AddSingleton<IManagementQueries, ManagementQueries>();
        services.AddSingleton<IManagementActions, ManagementActions>();

        services.AddFeature<OverviewRoutes>();
        services.AddFeature<ConditionRoutes>();
        services.AddFeature<NodeRoutes>();
        services.AddFeature<TimelineRoutes>();
        services.AddFeature<NodeActionRoutes>();
        services.AddFeature<EventRoutes>();
        services.AddFeature<ExportRoutes>();
        services.AddFeature<DeliveryRoutes>();
        services.AddFeature<HandlerRoutes>();
        services.AddFeature<AuditRoutes>();
        services.AddSingleton<LiveViews>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<LivePace>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddFeature<StreamRoutes>();
        services.AddFeature<KeyRoutes>();
        services.AddFeature<RefusalRoutes>();
        var section = builder.Configuration;
        services.AddSingleton(provider => new SettingsInEffect(
            section, provider.GetRequiredService<SettingsCatalog>(), provider.GetService<HandlerTypes>()));
        services.AddFeature<SettingRoutes>();
        return builder;
    }

    private static void AddSettings(ThunderStackWebhooksBuilder builder)
    {
        builder.AddReloadableSettings<ManagementApiOptions>(ManagementApiOptions.Settings, ManagementApiOptions.Bind);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ManagementApiOptions>, ManagementApiOptionsValidator>());
    }

    private static void AddFeature<TFeature>(this IServiceCollection services)
        where TFeature : class, IManagementFeature => services.AddSingleton<IManagementFeature>(provider => ActivatorUtilities.CreateInstance<TFeature>(provider));
}

using ThunderStack.Webhooks.Dashboard.Access;
using ThunderStack.Webhooks.Dashboard.Assets;
using ThunderStack.Webhooks.Dashboard.Audit;
using ThunderStack.Webhooks.Dashboard.DeadLetters;
using ThunderStack.Webhooks.Dashboard.Events;
using ThunderStack.Webhooks.Dashboard.Handlers;
using ThunderStack.Webhooks.Dashboard.Nodes;
using ThunderStack.Webhooks.Dashboard.Overview;
using ThunderStack.Webhooks.Dashboard.Preferences;
using ThunderStack.Webhooks.Dashboard.Refusals;
using ThunderStack.Webhooks.Dashboard.Settings;
using ThunderStack.Webhooks.Management.Access;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the dashboard.</summary>
public static class DashboardBuilderExtensions
{
    /// <summary>
    /// Shows the operator's pages on the server of the management API, to whoever signs in with a key of
    /// <c>ThunderStack:Management:ApiKeys</c>. Call it beside <c>AddManagement</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddDashboard(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(PageRenderer)))
        {
            return builder;
        }

        services.AddSingleton<DashboardAssets>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<SignedInPeople>();
        services.AddSingleton<CookieProtection>();
        services.AddSingleton<IPeople>(provider => provider.GetRequiredService<SignedInPeople>());
        services.AddPages<SignInPages>();
        services.AddPages<AssetRoutes>();
        services.AddPages<PreferencePages>();
        services.AddSingleton<NodeStrips>();
        services.AddPages<OverviewPages>();
        services.AddPages<NodePages>();
        services.AddPages<NodeActionPages>();
        services.AddPages<RefusalPages>();
        services.AddPages<AuditPages>();
        services.AddPages<SettingPages>();
        services.AddPages<EventPages>();
        services.AddPages<DeadLetterPages>();
        services.AddPages<HandlerPages>();
        return builder;
    }

    private static void AddPages<TFeature>(this IServiceCollection services)
        where TFeature : class, IManagementFeature => services.AddSingleton<IManagementFeature, TFeature>();
}

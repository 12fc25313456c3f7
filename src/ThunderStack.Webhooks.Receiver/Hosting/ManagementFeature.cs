using System.Runtime.CompilerServices;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Management.Settings;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// The management API and the dashboard, where they are wanted: with a key in the settings, or while somebody develops. Their assemblies are loaded by these methods and
/// by nothing else, so they are not where nobody has asked for them.
/// </summary>
internal static class ManagementFeature
{
    public static bool IsOn(IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName);
        return section.GetSection(ManagementSettings.Keys).GetChildren().Any() || (environment.IsDevelopment() && section[ManagementSettings.Port.Key] != "0");
    }

    /// <summary>The settings of the section. Keys come and go while it is on; to turn it on takes a start.</summary>
    public static IReadOnlyList<Setting> SettingsOf(WebApplicationBuilder builder) => IsOn(builder.Configuration, builder.Environment)
        ? ReceiverSettingsCatalog.Management
        : [.. ReceiverSettingsCatalog.Management.Select(setting => setting with { Reloads = false })];

    /// <summary>Adds what answers it. Call it after the store is chosen.</summary>
    public static void AddManagementWhereWanted(this WebApplicationBuilder builder, ThunderStackWebhooksBuilder webhooks)
    {
        if (IsOn(builder.Configuration, builder.Environment))
        {
            AddServices(webhooks);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddTo(WebApplicationBuilder server, IServiceProvider receiver) => server.AddManagementApi(receiver);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void MapTo(WebApplication server, IServiceProvider receiver) => server.MapManagementApi(receiver);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddServices(ThunderStackWebhooksBuilder webhooks) => webhooks.AddManagementServices().AddDashboard();
}

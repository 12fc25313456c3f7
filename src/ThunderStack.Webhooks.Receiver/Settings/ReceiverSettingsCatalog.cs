using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Management.Settings;

namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>
/// Settings that only the receiver has, beside those of its packages. The command line's doctor compiles this very file, so that
/// it knows every key of a program that it does not refer to.
/// </summary>
internal static class ReceiverSettingsCatalog
{
    public static readonly IReadOnlyList<Setting> Proxy =
    [
        Setting.Text("Proxy:Addresses:*"),
        Setting.Text("Proxy:Networks:*"),
        Setting.Number("Proxy:Hops", 1),
    ];

    public static readonly IReadOnlyList<Setting> Management =
    [
        ManagementSettings.Port,
        .. ManagementSettings.ApiKeys,
    ];
}

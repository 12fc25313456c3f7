using ThunderStack.Cloud;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Keys;

/// <summary>The settings of <see cref="ThunderStackCloudOptions"/>, whose package knows nothing of settings.</summary>
internal static class CloudSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("Cloud:BaseAddress", new ThunderStackCloudOptions().BaseAddress),
        Setting.Text("Cloud:ApiToken") with { IsSecret = true },
    ];
}

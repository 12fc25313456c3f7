using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>The colour beside a message, as RGB.</summary>
internal static class SeverityColor
{
    public static int Of(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Critical => 0xD32F2F,
        NoticeSeverity.Warning => 0xF9A825,
        NoticeSeverity.Recovered => 0x2E7D32,
        _ => 0x1976D2,
    };
}

using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>
/// Section <c>ThunderStack:Reconciliation</c>: asking the cloud for what its webhooks did not tell. It needs
/// <c>ThunderStack:Cloud:ApiToken</c>, and is off without.
/// </summary>
public sealed class ReconciliationOptions
{
    /// <summary>How often the cloud is asked, from 10 seconds to a day; 10 % more or less, so that replicas spread out.</summary>
    /// <value>5 minutes.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long the cloud must say another status than the last event before that counts as a missed webhook.</summary>
    /// <value>2 minutes.</value>
    public TimeSpan SettlingTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether a node that posts elsewhere is set back to <c>ThunderStack:Webhook:PublicUrl</c>. Read from
    /// <c>ThunderStack:Cloud:RepairWebhookUrl</c>, beside the token that it needs.
    /// </summary>
    /// <value><see langword="false"/>: it is only told.</value>
    public bool RepairWebhookUrl { get; set; }

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Time("Reconciliation:Interval", "00:05:00"),
        Setting.Time("Reconciliation:SettlingTime", "00:02:00"),
        Setting.Switch("Cloud:RepairWebhookUrl", false),
    ];
}

using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Section <c>ThunderStack:Dispatch</c>.</summary>
public sealed class DispatchOptions
{
    private static readonly TimeSpan[] DefaultRetryDelays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6),
    ];

    /// <summary>Whether a node's events reach a handler one at a time, in order of receipt.</summary>
    /// <value><see cref="DeliveryOrdering.PerNode"/>.</value>
    public DeliveryOrdering Ordering { get; set; } = DeliveryOrdering.PerNode;

    /// <summary>How many events each handler works on at the same time.</summary>
    /// <value>16.</value>
    public int Concurrency { get; set; } = 16;

    /// <summary>How long one attempt may take before it counts as failed.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The waits before the second attempt, the third, and so on; each is made up to a tenth longer, so that what failed
    /// together does not come back together. When the last has failed the event is a dead letter.
    /// </summary>
    /// <value><see langword="null"/>: 5 s, 30 s, 2 min, 10 min, 1 h, 6 h.</value>
    // Null rather than filled, because the configuration binder adds to a list that has items.
    public IList<TimeSpan>? RetryDelays { get; set; }

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Choice("Dispatch:Ordering", DeliveryOrdering.PerNode),
        Setting.Number("Dispatch:Concurrency", 16),
        Setting.Time("Dispatch:HandlerTimeout", "00:00:30"),
        Setting.Time("Dispatch:RetryDelays:*", null, example: "00:00:05"),
    ];

    internal IReadOnlyList<TimeSpan> EffectiveRetryDelays => RetryDelays?.AsReadOnly() ?? (IReadOnlyList<TimeSpan>)DefaultRetryDelays;
}

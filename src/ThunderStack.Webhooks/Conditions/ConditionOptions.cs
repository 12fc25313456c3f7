using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>Section <c>ThunderStack:Conditions</c>: from when on something needs a person.</summary>
public sealed class ConditionOptions
{
    /// <summary>How long a node may be starting, or in progress.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many changes of status within <see cref="FlappingWindow"/> are too many: 2 to 100.</summary>
    /// <value>6.</value>
    public int FlappingChanges { get; set; } = 6;

    /// <summary>In how much time; a node that has not changed for as long is quiet again.</summary>
    /// <value>1 hour.</value>
    public TimeSpan FlappingWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a delivery may wait that is due, and how long one that fails may hold up its node.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan BacklogAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often somebody is reminded of what is still open; zero for never.</summary>
    /// <value>4 hours.</value>
    public TimeSpan RemindAfter { get; set; } = TimeSpan.FromHours(4);

    /// <summary>
    /// For how long nobody is told of what may end by itself, by the name of its kind: what has ended by then is told to nobody. Zero: at once.
    /// </summary>
    /// <value>Empty: 2 minutes for <c>NodeLocked</c> of a node that the receiver unlocks itself, and at once for everything else.</value>
    public IDictionary<string, TimeSpan> TellAfter { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Time("Conditions:StuckAfter", "00:15:00"),
        Setting.Number("Conditions:FlappingChanges", 6),
        Setting.Time("Conditions:FlappingWindow", "01:00:00"),
        Setting.Time("Conditions:BacklogAfter", "00:10:00"),
        Setting.Time("Conditions:RemindAfter", "04:00:00"),
        Setting.Time("Conditions:TellAfter:*", null, example: "00:02:00"),
    ];
}

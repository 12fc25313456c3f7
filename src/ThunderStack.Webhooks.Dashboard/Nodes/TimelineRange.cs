namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>For how long back a timeline goes.</summary>
/// <param name="Name">As it is in the address.</param>
/// <param name="Text">As people read it.</param>
/// <param name="Length">How long.</param>
/// <param name="Ticks">Into how many parts it is divided.</param>
/// <param name="TickFormat">How the times between them are written.</param>
internal sealed record TimelineRange(string Name, string Text, TimeSpan Length, int Ticks, string TickFormat)
{
    public static readonly IReadOnlyList<TimelineRange> All =
    [
        new("1h", "1 h", TimeSpan.FromHours(1), 6, "HH:mm"),
        new("24h", "24 h", TimeSpan.FromHours(24), 6, "HH:mm"),
        new("7d", "7 d", TimeSpan.FromDays(7), 7, "d MMM"),
        new("30d", "30 d", TimeSpan.FromDays(30), 6, "d MMM"),
    ];

    public static TimelineRange Usual => All[1];

    /// <exception cref="ManagementException">There is none of that name.</exception>
    public static TimelineRange Of(string? name) => name is null ? Usual
        : All.FirstOrDefault(range => range.Name == name) ?? throw ManagementException.BadRequest("range is unknown: write 1h, 24h, 7d or 30d.");
}

using System.Globalization;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Notify.Heartbeats;

/// <summary>One dead man's switch, as configuration names it.</summary>
internal sealed record Heartbeat(string Name, Uri Url, TimeSpan Interval)
{
    private static readonly Setting Time = Setting.Time("Interval", "00:01:00");
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>It is given no events: <see cref="HeartbeatService"/> reads its settings.</summary>
    public static HandlerType Type { get; } = new("Heartbeat")
    {
        Settings =
        [
            Setting.WebUrl("Url", "https://hc-ping.com/your-uuid") with { IsRequired = true, IsSecret = true },
            new Setting(Time.Key, Time.Default, JudgeInterval),
        ],
    };

    public static IReadOnlyList<Heartbeat> Of(HandlersOptions options) =>
    [
        .. from handler in options.Handlers
           where handler.Value.Type == Type.Name
           let settings = new HandlerSettings(handler.Key, handler.Value, Type)
           select new Heartbeat(handler.Key, new Uri(settings["Url"]!), Parse(settings["Interval"]!)),
    ];

    private static TimeSpan Parse(string value) => TimeSpan.Parse(value, CultureInfo.InvariantCulture);

    private static string? JudgeInterval(string value) => Time.Judge(value)
        ?? (Parse(value) >= Shortest && Parse(value) <= Longest ? null : "is out of range: write a time from 00:00:10 to 1.00:00:00");
}

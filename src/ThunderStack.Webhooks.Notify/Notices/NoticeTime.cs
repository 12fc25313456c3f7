using System.Globalization;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Instants and durations as people read them.</summary>
internal static class NoticeTime
{
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The two largest units: <c>2 h 5 min</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        (long Count, string Unit)[] parts = [((long)duration.TotalDays, "d"), (duration.Hours, "h"), (duration.Minutes, "min"), (duration.Seconds, "s")];
        var shown = parts.SkipWhile(part => part.Count <= 0).Take(2).Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Unit}").ToList();
        return shown.Count > 0 ? string.Join(' ', shown) : "less than a second";
    }
}

using System.Globalization;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Instants as people write them: RFC 3339, a date, or how long ago.</summary>
internal static class InstantText
{
    public const string Remedy = "write an instant such as 2024-11-06T12:00:00Z, a date such as 2024-11-06, or how long ago: 30m, 24h, 7d";

    public static DateTimeOffset? Parse(string text)
    {
        if (EventTimestamp.TryParse(text, out var instant))
        {
            return instant;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        }

        return ParseAge(text) is { } age ? TimeProvider.System.GetUtcNow() - age : null;
    }

    private static TimeSpan? ParseAge(string text) =>
        text.Length is > 1 and < 6 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                _ => null,
            }
            : null;
}

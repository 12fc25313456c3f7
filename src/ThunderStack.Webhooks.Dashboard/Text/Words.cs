using System.Globalization;
using System.Text.Json;

namespace ThunderStack.Webhooks.Dashboard.Text;

/// <summary>What things are called on pages.</summary>
internal static class Words
{
    /// <summary>A value as the API names it: <c>deadLettered</c>.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>A number of things: <c>1 dead letter</c>, <c>1,312 dead letters</c>.</summary>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How long an attempt took: <c>250 ms</c>, <c>1.2 s</c>.</summary>
    public static string Took(double seconds) => seconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1_000:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
}

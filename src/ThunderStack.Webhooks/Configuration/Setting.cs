using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>
/// One setting below <c>ThunderStack</c>, declared once: binding, validation, the search for misspelled keys, the doctor and the
/// documentation's table all read this.
/// </summary>
/// <param name="Key">With <c>*</c> for a number or a name: <c>Nodes:*:NodeId</c>.</param>
/// <param name="Default">As it would be written; <see langword="null"/> when there is none.</param>
/// <param name="Judge">
/// What is wrong with a value that was written, beginning with a verb; <see langword="null"/> when nothing is. Never repeats the
/// value: what was put into the wrong place may be a secret.
/// </param>
public sealed partial record Setting(string Key, string? Default, Func<string, string?> Judge)
{
    private const int ShortNumber = 4;

    /// <summary>Whether a change takes effect while the application runs.</summary>
    /// <value><see langword="false"/>.</value>
    public bool Reloads { get; init; }

    /// <summary>For a setting of a <see cref="Handlers.HandlerType"/>: whether a handler cannot be made without it.</summary>
    /// <value><see langword="false"/>.</value>
    public bool IsRequired { get; init; }

    /// <summary>Whether a value is shown to nobody: a password, a token, a URL that is one.</summary>
    /// <value><see langword="false"/>.</value>
    public bool IsSecret { get; init; }

    /// <summary>Whether a value that is wrong cannot be bound at all, rather than being text of another kind.</summary>
    internal bool IsTyped { get; private init; }

    /// <summary>Any text, but not in quotes or between spaces, which a shell or a YAML file has left there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default.</param>
    public static Setting Text(string key, string? @default = null) => new(key, @default, JudgeText);

    /// <summary>Text whose reader passes over white space around it, such as a PEM.</summary>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default.</param>
    public static Setting Trimmed(string key, string? @default = null) => new(key, @default, value => JudgeText(value.Trim()));

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default.</param>
    public static Setting Switch(string key, bool @default) => new(
        key, @default ? "true" : "false", value => bool.TryParse(value, out _) ? null : "is neither on nor off: write true or false")
    {
        IsTyped = true,
    };

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default, also the example of how to write one.</param>
    public static Setting Number(string key, int @default) => new(
        key,
        @default.ToString(CultureInfo.InvariantCulture),
        value => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            ? null
            : $"is not a whole number. Example: {@default.ToString(CultureInfo.InvariantCulture)}")
    {
        IsTyped = true,
    };

    /// <summary>A time: <c>hh:mm:ss</c>, or <c>d.hh:mm:ss</c>. Spellings that <see cref="TimeSpan"/> takes for days are refused.</summary>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default, also the example of how to write one.</param>
    /// <param name="example">The example where there is no default.</param>
    public static Setting Time(string key, string? @default, string? example = null) =>
        new(key, @default, value => JudgeTime(value, example ?? @default!)) { IsTyped = true };

    /// <summary>One of the names of an enumeration, in any case.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="default">Its default.</param>
    public static Setting Choice<TEnum>(string key, TEnum @default)
        where TEnum : struct, Enum => new(key, @default.ToString(), value => JudgeChoice(value, Enum.GetNames<TEnum>())) { IsTyped = true };

    /// <summary>An absolute http or https URL. One with a user name or password is refused, because neither would be sent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="example">An example of one.</param>
    public static Setting WebUrl(string key, string example) => new(key, null, value => JudgeText(value) ?? JudgeWebUrl(value, example));

    /// <summary>
    /// Every value that is written for this setting: of <c>Nodes:*:NodeId</c>, one for each node. A value that is not valid is among them.
    /// </summary>
    /// <param name="section">The section <c>ThunderStack</c>.</param>
    /// <returns>The values by their keys below that section: <c>Nodes:0:NodeId</c>.</returns>
    public IEnumerable<KeyValuePair<string, string>> ReadAll(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return BindableSection.Written(section).ReadAll(this).Select(written => KeyValuePair.Create(written.Key, written.Value));
    }

    /// <summary>What <see cref="Text"/> judges a value by, for a setting that asks for more: no quotes and no spaces around it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>What is wrong with it, beginning with a verb; <see langword="null"/> when nothing is.</returns>
    public static string? JudgeText(string value)
    {
        if (value.Length > 1 && value[0] == value[^1] && value[0] is ('"' or '\'' or '`'))
        {
            return "is in quotes, which are taken for a part of it: write it without";
        }

        return value.Length > 0 && !string.IsNullOrWhiteSpace(value) && (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            ? "begins or ends with white space, which is taken for a part of it: write it without"
            : null;
    }

    private static string? JudgeWebUrl(string value, string example) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            ? $"is not an absolute http or https URL. Example: {example}"
        : url.UserInfo.Length > 0 ? "has a user name or password, which is not sent: write the URL without"
        : null;

    private static string? JudgeChoice(string value, string[] names) =>
        names.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"is unknown: write {string.Join(", ", names[..^1])} or {names[^1]}";

    private static string? JudgeTime(string value, string example)
    {
        var text = value.Trim();
        if (Whole().IsMatch(text))
        {
            // TimeSpan takes a bare number for days.
            return text.Length <= ShortNumber && int.Parse(text, CultureInfo.InvariantCulture) is var number
                ? $"is a number without a unit: write {TimeSpan.FromSeconds(number):c} for {number} seconds, or {number}.00:00:00 for {number} days"
                : "is a number without a unit. Example: 00:00:05 for 5 seconds, or 5.00:00:00 for 5 days";
        }

        if (ManyHours().Match(text) is { Success: true } match)
        {
            // TimeSpan takes more than 23 hours for days, and the minutes behind them for hours.
            var hours = int.Parse(match.Groups["hours"].Value, CultureInfo.InvariantCulture);
            if (hours > 23)
            {
                return $"has more than 23 hours without days before them: write {TimeSpan.FromHours(hours):c} for {hours} hours, or {hours}.00:00:00 for {hours} days";
            }
        }

        return Spelled().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _)
            ? null
            : $"is not a time. Example: {example}, which is hours, minutes and seconds, or 1.00:00:00 for a day";
    }

    [GeneratedRegex(@"^-?\d+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?(?<hours>\d{1,4}):\d{1,2}(:\d{1,2}(\.\d+)?)?$")]
    private static partial Regex ManyHours();

    [GeneratedRegex(@"^-?(\d+\.)?\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,7})?)?$")]
    private static partial Regex Spelled();
}

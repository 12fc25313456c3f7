using System.Globalization;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>A key of the section <c>ThunderStack</c> as the README's table should have it.</summary>
/// <param name="Key">As in the table: <c>n</c> for a number, <c>name</c> for a name.</param>
/// <param name="Read">Reads what the key is set to from a receiver that was built.</param>
internal sealed record DocumentedKey(string Key, Func<IServiceProvider, object?> Read)
{
    /// <summary>Other settings without which the key means nothing.</summary>
    public Dictionary<string, string?> Beside { get; init; } = [];

    /// <summary>What can be written, and what is read then.</summary>
    public (string Written, object Read)[] Accepted { get; init; } = [];

    /// <summary>What keeps the receiver from starting.</summary>
    public string[] Refused { get; init; } = [];

    /// <summary>The key as it is written into a configuration.</summary>
    public string Setting =>
        "ThunderStack:" + string.Join(':', Key.Split(':').Select(part => part switch { "n" => "0", "name" => "ops", _ => part }));

    /// <summary>A key with <c>*</c> for a number or a name within, and without either at its end.</summary>
    public static string PatternOf(string key) =>
        (key.EndsWith(":n", StringComparison.Ordinal) ? key[..^2] : key.EndsWith(":name", StringComparison.Ordinal) ? key[..^5] : key)
            .Replace(":n:", ":*:", StringComparison.Ordinal).Replace(":name:", ":*:", StringComparison.Ordinal);

    /// <summary>A value as the table's column of defaults shows it.</summary>
    public static string Show(object? value) => value switch
    {
        null or "" or IList<string> { Count: 0 } => "–",
        true => "`true`",
        false => "`false`",
        IReadOnlyList<TimeSpan> delays => string.Join(", ", delays.Select(Show)),
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Show(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{time.TotalHours} h" : time.TotalMinutes >= 1 ? $"{time.TotalMinutes} m" : $"{time.TotalSeconds} s";
}


namespace ThunderStack.Webhooks.Handlers;

/// <summary>What one entry of the section <c>ThunderStack:Handlers</c> says, as it was when it was read.</summary>
public sealed class HandlerSettings
{
    private readonly HandlerOptions _options;
    private readonly HandlerType _type;

    /// <summary>
    /// The settings of an entry, for a service of the application that reads the entries of a type without events; a handler is given its own.
    /// </summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="options">The entry, of <see cref="HandlersOptions.Handlers"/>.</param>
    /// <param name="type">Its type, whose declared defaults stand in for what is not written.</param>
    public HandlerSettings(string name, HandlerOptions options, HandlerType type)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(type);
        Name = name;
        _options = options;
        _type = type;
    }

    /// <summary>The handler's stable name.</summary>
    public string Name { get; }

    /// <summary>The value of a setting, or its declared default; <see langword="null"/> when there is neither.</summary>
    /// <param name="key">The key below <c>Handlers:name</c>: <c>Url</c>, <c>Smtp:Host</c>. The case of letters does not matter.</param>
    public string? this[string key] => _options.Settings.TryGetValue(key, out var value)
        ? value
        : _type.Settings.FirstOrDefault(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase))?.Default;

    /// <summary>The values of a list, in the order of their numbers; empty when there are none.</summary>
    /// <param name="key">The list's key: <c>To</c> for <c>To:0</c>, <c>To:1</c>.</param>
    public IReadOnlyList<string> List(string key) =>
    [
        .. _options.Settings
            .Where(setting => setting.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase))
            .OrderBy(setting => int.TryParse(setting.Key.AsSpan(key.Length + 1), out var number) ? number : int.MaxValue)
            .Select(setting => setting.Value),
    ];
}

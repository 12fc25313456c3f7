using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>
/// A section as options are bound from it: without the values that cannot be bound. The binder would throw at the first of them,
/// quoting it; so their defaults count until <see cref="SettingsValidator{TOptions}"/> has refused all of them by their keys.
/// </summary>
internal sealed class BindableSection(IConfigurationSection section, string path, SettingsCatalog catalog) : IConfigurationSection
{
    public string Key => section.Key;

    public string Path => section.Path;

    public string? Value
    {
        get => section.Value is { } value && (catalog.Find(path) is not { IsTyped: true } setting || (value.Length > 0 && setting.Judge(value) is null)) ? value : null;
        set => section.Value = value;
    }

    public string? this[string key]
    {
        get => GetSection(key).Value;
        set => section[key] = value;
    }

    /// <summary>The section as it is written, when it is one of these.</summary>
    public static IConfiguration Written(IConfiguration configuration) => configuration is BindableSection bindable ? bindable.Source : configuration;

    public IConfigurationSection GetSection(string key) =>
        new BindableSection(section.GetSection(key), path.Length == 0 ? key : $"{path}:{key}", catalog);

    public IEnumerable<IConfigurationSection> GetChildren() =>
        section.GetChildren().Select(child => new BindableSection(child, path.Length == 0 ? child.Key : $"{path}:{child.Key}", catalog));

    public IChangeToken GetReloadToken() => section.GetReloadToken();

    private IConfigurationSection Source => section;
}

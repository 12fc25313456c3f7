using Microsoft.Extensions.Configuration;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>
/// Every setting below <c>ThunderStack</c> that something reads, as declared by the features that are registered. A singleton of the
/// application's services, complete once these are built.
/// </summary>
public sealed class SettingsCatalog
{
    private const string Any = "*";

    // More entries than a person writes; to look at each name of each of many thousands takes time that grows with their square.
    private const int MostEntriesLookedAt = 256;

    private readonly Level _root = new();
    private readonly List<Setting> _settings = [];

    internal SettingsCatalog()
    {
    }

    /// <summary>The settings, in the order of their declaration.</summary>
    public IReadOnlyList<Setting> Settings => _settings;

    /// <summary>Adds settings that something else reads than the options of <c>AddSettings</c>. A key that is declared already stays as it is.</summary>
    /// <param name="settings">The settings, with keys below <c>ThunderStack</c>.</param>
    public void Declare(IEnumerable<Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var setting in settings)
        {
            var level = _root;
            foreach (var part in setting.Key.Split(':'))
            {
                level = level.Below.TryGetValue(part, out var below) ? below : level.Below[part] = new Level();
            }

            if (level.Setting is null)
            {
                level.Setting = setting;
                _settings.Add(setting);
            }
        }
    }

    /// <summary>The setting with this key, below <c>ThunderStack</c>; the case of letters does not matter.</summary>
    internal Setting? Find(string key)
    {
        var level = _root;
        foreach (var part in key.Split(':'))
        {
            if (level.Find(part) is not { } below)
            {
                return null;
            }

            level = below;
        }

        return level.Setting;
    }

    /// <summary>What is written and nothing reads: a misspelled key would otherwise be passed over in silence.</summary>
    /// <param name="root">The section <c>ThunderStack</c>.</param>
    /// <returns>Whole keys, such as <c>ThunderStack:Inbox:Retentoin</c>.</returns>
    public IEnumerable<string> FindUnknownKeys(IConfigurationSection root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Unknown(root, _root);
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Level level)
    {
        // A list or a name's settings where there is one value, or the other way round.
        var isLeaf = level.Below.Count == 0;
        if (!isLeaf && level.Setting is null && !string.IsNullOrEmpty(section.Value))
        {
            yield return section.Path;
        }

        var children = section.GetChildren();
        foreach (var child in level.Below.ContainsKey(Any) ? children.Take(MostEntriesLookedAt) : children)
        {
            if (isLeaf || level.Find(child.Key) is not { } below)
            {
                yield return child.Path;
                continue;
            }

            foreach (var unknown in Unknown(child, below))
            {
                yield return unknown;
            }
        }
    }

    private sealed class Level
    {
        public Dictionary<string, Level> Below { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Setting? Setting { get; set; }

        public Level? Find(string part) => Below.TryGetValue(part, out var below) || Below.TryGetValue(Any, out below) ? below : null;
    }
}

using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>The types that configuration can name, in the order of their registration.</summary>
internal sealed class HandlerTypes
{
    private readonly List<HandlerType> _types = [];

    public IEnumerable<string> Names => _types.Select(type => type.Name);

    public HandlerType? Find(string name) => _types.Find(type => type.Name == name);

    /// <exception cref="ArgumentException">Another type has the name, or a setting the key of one that every handler has.</exception>
    public void Add(HandlerType type, SettingsCatalog catalog)
    {
        if (string.IsNullOrWhiteSpace(type.Name) || Find(type.Name) is not null)
        {
            throw new ArgumentException($"The handler type \"{type.Name}\" has no name or that of another one.", nameof(type));
        }

        if (type.Settings.FirstOrDefault(IsOfEveryHandler) is { } taken)
        {
            throw new ArgumentException($"The handler type \"{type.Name}\" declares {taken.Key}, which every handler has.", nameof(type));
        }

        _types.Add(type);

        // The first type's declaration of a key stands for all; what a value is judged by is that of the entry's own type.
        catalog.Declare(type.Settings.Select(setting => new Setting($"Handlers:*:{setting.Key}", setting.Default, setting.Judge) { Reloads = true, IsSecret = setting.IsSecret }));
    }

    private static bool IsOfEveryHandler(Setting setting) =>
        HandlersOptions.Settings.Any(own => own.Key.Split(':')[2].Equals(setting.Key.Split(':')[0], StringComparison.OrdinalIgnoreCase));
}

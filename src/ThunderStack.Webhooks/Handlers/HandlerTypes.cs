using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// The handler types that the section <c>ThunderStack:Handlers</c> can name, as added with <c>AddHandlerType</c>. A singleton of the
/// application's services, once one type was added.
/// </summary>
public sealed class HandlerTypes
{
    private readonly List<HandlerType> _types = [];

    internal HandlerTypes()
    {
    }

    internal IEnumerable<string> Names => _types.Select(type => type.Name);

    /// <summary>The type of this name.</summary>
    /// <param name="name">What <c>Handlers:name:Type</c> says. The case of letters matters.</param>
    /// <returns><see langword="null"/> when there is none.</returns>
    public HandlerType? Find(string name) => _types.Find(type => type.Name == name);

    /// <exception cref="ArgumentException">Another type has the name, or a setting the key of one that every handler has.</exception>
    internal void Add(HandlerType type, SettingsCatalog catalog)
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

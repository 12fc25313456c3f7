using System.Collections.Frozen;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// The handlers that take part at the moment: those added in code and those of the section <c>ThunderStack:Handlers</c>. A singleton of
/// the application's services.
/// </summary>
public sealed class HandlerCatalog
{
    private readonly WebhookHandler[] _registered;
    private readonly IHandlerSource[] _sources;

    internal HandlerCatalog(IEnumerable<WebhookHandler> registered, IEnumerable<IHandlerSource> sources)
    {
        _registered = [.. registered];
        _sources = [.. sources];
        foreach (var source in _sources)
        {
            source.Changed += () => Changed?.Invoke();
        }
    }

    internal event Action? Changed;

    /// <summary>Their names, which the inbox remembers them by.</summary>
    /// <returns>The names of this moment; a change of the settings may add and remove some.</returns>
    /// <exception cref="InvalidOperationException">Two handlers have the same name.</exception>
    public IReadOnlySet<string> ListNames() => Current().Keys.ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">Two handlers have the same name.</exception>
    internal FrozenDictionary<string, WebhookHandler> Current()
    {
        var handlers = new Dictionary<string, WebhookHandler>(StringComparer.Ordinal);
        foreach (var handler in _registered.Concat(_sources.SelectMany(source => source.Handlers)))
        {
            if (!handlers.TryAdd(handler.Name, handler))
            {
                throw new InvalidOperationException(
                    $"Two handlers are named \"{handler.Name}\": the name is what the inbox remembers, so give each its own.");
            }
        }

        return handlers.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

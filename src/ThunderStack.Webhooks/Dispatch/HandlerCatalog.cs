using System.Collections.Frozen;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>All handlers by name: those registered in code and those of every <see cref="IHandlerSource"/>.</summary>
internal sealed class HandlerCatalog
{
    private readonly WebhookHandler[] _registered;
    private readonly IHandlerSource[] _sources;

    public HandlerCatalog(IEnumerable<WebhookHandler> registered, IEnumerable<IHandlerSource> sources)
    {
        _registered = [.. registered];
        _sources = [.. sources];
        foreach (var source in _sources)
        {
            source.Changed += () => Changed?.Invoke();
        }
    }

    public event Action? Changed;

    /// <exception cref="InvalidOperationException">Two handlers have the same name.</exception>
    public FrozenDictionary<string, WebhookHandler> Current()
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

using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>Makes handlers of the section <c>ThunderStack:Handlers</c>, and makes them again when it changes.</summary>
internal sealed class ConfiguredHandlerSource : IHandlerSource
{
    private static readonly KeyValuePair<string, HandlerOptions> Default = new("log", new HandlerOptions { Type = LogHandler.Type.Name });

    private readonly HandlerTypes _types;
    private readonly IServiceProvider _services;

    public ConfiguredHandlerSource(ReloadableOptions<HandlersOptions> options, HandlerTypes types, IServiceProvider services)
    {
        _types = types;
        _services = services;
        Handlers = Make(options.Current);
        options.Changed += next =>
        {
            Handlers = Make(next);
            Changed?.Invoke();
        };
    }

    public event Action? Changed;

    public IReadOnlyList<WebhookHandler> Handlers { get; private set; }

    private WebhookHandler[] Make(HandlersOptions options) => [.. options.Handlers.DefaultIfEmpty(Default).Select(handler => Make(handler.Key, handler.Value))];

    private WebhookHandler Make(string name, HandlerOptions options)
    {
        var type = _types.Find(options.Type) ?? throw new InvalidOperationException($"ThunderStack:Handlers:{name}:Type is unknown.");
        var handler = type.Create(new HandlerSettings(name, options, type), _services);
        return WebhookHandler.Create<WebhookEvent>(name, handler.HandleAsync, new HandlerLimits(options.Concurrency, options.Timeout, options.RetryDelays?.AsReadOnly()));
    }
}

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

    private WebhookHandler[] Make(HandlersOptions options) =>
    [
        .. options.Handlers
            .Where(handler => _types.Find(handler.Value.Type) is not { TakesEvents: false })
            .DefaultIfEmpty(Default)
            .Select(handler => Make(handler.Key, handler.Value)),
    ];

    private WebhookHandler Make(string name, HandlerOptions options)
    {
        var type = _types.Find(options.Type) ?? throw new InvalidOperationException($"ThunderStack:Handlers:{name}:Type is unknown.");
        var settings = new HandlerSettings(name, options, type);
        var handler = type.Create(settings, _services);
        return WebhookHandler.Create<WebhookEvent>(
            name,
            handler.HandleAsync,
            new HandlerLimits(options.Concurrency, options.Timeout, options.RetryDelays?.AsReadOnly() ?? type.RetryDelays),
            FilterOf(settings, type));
    }

    private static HandlerFilter FilterOf(HandlerSettings settings, HandlerType type)
    {
        var usual = type.Usual ?? (type.TellsPeople ? HandlerFilter.OfNotifiers : HandlerFilter.Default);
        var sources = settings.List("When:Sources").Select(name => Enum.Parse<EventSource>(name, ignoreCase: true)).ToList();
        var severities = settings.List("When:Severities").Select(name => Enum.Parse<ConditionSeverity>(name, ignoreCase: true)).ToList();
        var filter = new HandlerFilter
        {
            Nodes = settings.List("When:Nodes"),
            Statuses = settings.List("When:Statuses"),
            EventTypes = settings.List("When:EventTypes"),
            Conditions = settings.List("When:Conditions"),
            OnlyChanges = IsOn("When:OnlyChanges"),
            NotStale = IsOn("When:NotStale"),
            Severities = severities,
            Sources = sources,
        };

        // Whoever names conditions or severities wants those, and whoever names statuses or types wants what nodes did.
        var namesConditions = filter.Conditions.Count > 0 || severities.Count > 0;
        var namesEvents = filter.Statuses.Count > 0 || filter.EventTypes.Count > 0;
        var isAsUsual = sources.Count == 0 && !namesConditions && !namesEvents;
        return filter with
        {
            Sources = sources.Count > 0 ? sources : namesConditions ? [EventSource.Observed] : namesEvents ? HandlerFilter.Default.Sources : usual.Sources,
            Conditions = isAsUsual ? usual.Conditions : filter.Conditions,
            Severities = isAsUsual ? usual.Severities : severities,
            SkipsQuiet = type.TellsPeople,
            TakesWhatNodesDid = isAsUsual && usual.TakesWhatNodesDid,
        };

        bool IsOn(string key) => bool.TryParse(settings[key], out var isOn) && isOn;
    }
}

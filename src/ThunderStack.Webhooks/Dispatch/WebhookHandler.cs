using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>A handler under its stable name. The name is what the inbox remembers: it outlives classes and configuration.</summary>
internal abstract class WebhookHandler
{
    private const int MaxNameLength = 64;

    private protected WebhookHandler(string name, HandlerLimits? limits, HandlerFilter filter)
    {
        if (NameProblem(name) is { } problem)
        {
            throw new ArgumentException($"The handler name \"{name}\" {problem}", nameof(name));
        }

        Name = name;
        Limits = limits ?? HandlerLimits.None;
        Filter = filter;
    }

    /// <summary>The stable name.</summary>
    public string Name { get; }

    /// <summary>Its own limits.</summary>
    public HandlerLimits Limits { get; }

    /// <summary>Which events it is given.</summary>
    public HandlerFilter Filter { get; }

    /// <summary>Makes a handler of a function.</summary>
    /// <param name="name">The stable name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 64.</param>
    /// <param name="handle">Called for each event of the type.</param>
    /// <param name="limits">Its own limits.</param>
    /// <param name="filter">Which events it is given; by default conditions only if it asks for them by type.</param>
    public static WebhookHandler Create<TEvent>(
        string name, Func<TEvent, DeliveryContext, CancellationToken, Task> handle, HandlerLimits? limits = null, HandlerFilter? filter = null)
        where TEvent : WebhookEvent => new FunctionHandler<TEvent>(
            name, handle, limits, filter ?? (typeof(TEvent) == typeof(ConditionChanged) ? HandlerFilter.Everything : HandlerFilter.Default));

    internal static string? NameProblem(string? name) =>
        string.IsNullOrEmpty(name) ? "is empty: give every handler a name."
        : name.Length > MaxNameLength ? $"is longer than {MaxNameLength} characters."
        : !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? "may only have letters, digits, '-', '_' and '.'."
        : null;

    /// <summary>Handles an event if it is of the handler's type; any other counts as handled.</summary>
    internal abstract Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken);

    private sealed class FunctionHandler<TEvent>(
        string name, Func<TEvent, DeliveryContext, CancellationToken, Task> handle, HandlerLimits? limits, HandlerFilter filter)
        : WebhookHandler(name, limits, filter)
        where TEvent : WebhookEvent
    {
        internal override Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken) =>
            webhookEvent is TEvent typed ? handle(typed, context, cancellationToken) : Task.CompletedTask;
    }
}

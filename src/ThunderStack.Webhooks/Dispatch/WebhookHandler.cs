using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>A handler under its stable name. The name is what the inbox remembers: it outlives classes and configuration.</summary>
internal abstract class WebhookHandler
{
    private const int MaxNameLength = 64;

    private protected WebhookHandler(string name, HandlerLimits? limits = null)
    {
        if (NameProblem(name) is { } problem)
        {
            throw new ArgumentException($"The handler name \"{name}\" {problem}", nameof(name));
        }

        Name = name;
        Limits = limits ?? HandlerLimits.None;
    }

    /// <summary>The stable name.</summary>
    public string Name { get; }

    /// <summary>Its own limits.</summary>
    public HandlerLimits Limits { get; }

    /// <summary>Makes a handler of a function.</summary>
    /// <param name="name">The stable name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 64.</param>
    /// <param name="handle">Called for each event of the type.</param>
    /// <param name="limits">Its own limits.</param>
    public static WebhookHandler Create<TEvent>(
        string name, Func<TEvent, DeliveryContext, CancellationToken, Task> handle, HandlerLimits? limits = null)
        where TEvent : WebhookEvent => new FunctionHandler<TEvent>(name, handle, limits);

    internal static string? NameProblem(string? name) =>
        string.IsNullOrEmpty(name) ? "is empty: give every handler a name."
        : name.Length > MaxNameLength ? $"is longer than {MaxNameLength} characters."
        : !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? "may only have letters, digits, '-', '_' and '.'."
        : null;

    /// <summary>Handles an event if it is of the handler's type; any other counts as handled.</summary>
    internal abstract Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken);

    private sealed class FunctionHandler<TEvent>(
        string name, Func<TEvent, DeliveryContext, CancellationToken, Task> handle, HandlerLimits? limits) : WebhookHandler(name, limits)
        where TEvent : WebhookEvent
    {
        internal override Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken) =>
            webhookEvent is TEvent typed ? handle(typed, context, cancellationToken) : Task.CompletedTask;
    }
}

using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// A kind of handler that the section <c>ThunderStack:Handlers</c> can name. Registered with
/// <c>AddHandlerType</c>, it is made, checked at start and reloaded like the ones that come with this package.
/// </summary>
/// <param name="name">What <c>Handlers:name:Type</c> says. The case of letters matters.</param>
/// <param name="create">
/// Makes a handler of its settings, once for each entry and once more when its settings change. It is called with values that
/// every <see cref="Setting"/> has found right.
/// </param>
public sealed class HandlerType(string name, Func<HandlerSettings, IServiceProvider, IWebhookHandler<WebhookEvent>> create)
{
    /// <summary>
    /// A type whose entries are given no events and have no deliveries: a service of the application reads them, and does what they say.
    /// </summary>
    /// <param name="name">What <c>Handlers:name:Type</c> says. The case of letters matters.</param>
    public HandlerType(string name)
        : this(name, (_, _) => throw new NotSupportedException($"A handler of type {name} is given no events.")) => TakesEvents = false;

    /// <summary>What <c>Handlers:name:Type</c> says.</summary>
    public string Name => name;

    /// <summary>
    /// What is read below <c>Handlers:name</c>, with keys below that: <c>Url</c>; of a list, <c>To:*</c>. Declared here, a setting is
    /// checked at start, with every problem told by its key, and is known to the search for misspelled keys.
    /// </summary>
    /// <value>None.</value>
    public IReadOnlyList<Setting> Settings { get; init; } = [];

    /// <summary>
    /// Whether its handlers tell people. Without a filter all handlers are given what nodes did, and these also conditions of severity
    /// critical and warning.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool TellsPeople { get; init; }

    /// <summary>The waits before the second attempt, the third, and so on, where <c>Handlers:name:RetryDelays</c> says nothing.</summary>
    /// <value><see langword="null"/>: as <c>Dispatch:RetryDelays</c> says.</value>
    public IReadOnlyList<TimeSpan>? RetryDelays { get; init; }

    /// <summary>What its handlers are given where <c>Handlers:name:When</c> says nothing.</summary>
    /// <value><see langword="null"/>: what nodes did, and where <see cref="TellsPeople"/> also conditions.</value>
    public HandlerFilter? Usual { get; init; }

    internal bool TakesEvents { get; } = true;

    /// <summary>Makes a handler of its own, beside the one that is given events: to try an entry's settings, for one.</summary>
    /// <param name="settings">The entry's settings, which are valid.</param>
    /// <param name="services">The application's services.</param>
    /// <exception cref="NotSupportedException">The entries of this type are given no events.</exception>
    public IWebhookHandler<WebhookEvent> Create(HandlerSettings settings, IServiceProvider services) => create(settings, services);
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers, types of handlers and events, and settings.</summary>
public static class ThunderStackWebhooksBuilderExtensions
{
    /// <summary>Adds a handler class. It is resolved in a scope of its own for each attempt, unless it is registered as a singleton.</summary>
    /// <typeparam name="TEvent">The event type; <see cref="WebhookEvent"/> for all.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// The stable name that the inbox remembers the handler by: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 64. A
    /// new name starts with events received from then on.
    /// </param>
    public static ThunderStackWebhooksBuilder AddHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this ThunderStackWebhooksBuilder builder, string name)
        where TEvent : WebhookEvent
        where THandler : class, IWebhookHandler<TEvent>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<THandler>();
        var isSingleton = builder.Services.Any(service => service.ServiceType == typeof(THandler) && service.Lifetime == ServiceLifetime.Singleton);
        builder.Services.AddSingleton(services => ServiceHandler.Create<TEvent, THandler>(name, services, isSingleton));
        return builder;
    }

    /// <summary>Adds a function as a handler.</summary>
    /// <typeparam name="TEvent">The event type; <see cref="WebhookEvent"/> for all.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The stable name, as above.</param>
    /// <param name="handle">Called for each event.</param>
    public static ThunderStackWebhooksBuilder AddHandler<TEvent>(
        this ThunderStackWebhooksBuilder builder, string name, Func<TEvent, DeliveryContext, CancellationToken, Task> handle)
        where TEvent : WebhookEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(WebhookHandler.Create(name, handle));
        return builder;
    }

    /// <summary>
    /// Adds a type of event, so that handlers get it as a class of its own. Everything else arrives as <see cref="UnknownWebhookEvent"/>.
    /// </summary>
    /// <typeparam name="TEvent">The event as handlers see it.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">What <c>eventType</c> says, exactly.</param>
    /// <param name="read">
    /// Makes it of the stored entry and its body, for each attempt. Throwing fails the attempt, which is retried like a handler's failure.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or another type has it.</exception>
    public static ThunderStackWebhooksBuilder AddEventType<TEvent>(this ThunderStackWebhooksBuilder builder, string name, Func<InboxEntry, TEvent> read)
        where TEvent : WebhookEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(read);
        builder.Services.GetOrAdd(static () => new EventTypes()).Add(name, read);
        return builder;
    }

    /// <summary>Adds a type of handler that the section <c>ThunderStack:Handlers</c> can name, once <see cref="AddConfiguredHandlers"/> reads it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The type: its name, its settings and how to make a handler of them.</param>
    /// <exception cref="ArgumentException">Another type has the name.</exception>
    public static ThunderStackWebhooksBuilder AddHandlerType(this ThunderStackWebhooksBuilder builder, HandlerType type)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(type);
        builder.Services.GetOrAdd(static () => new HandlerTypes()).Add(type, builder.Services.GetSettingsCatalog());
        return builder;
    }

    /// <summary>
    /// Adds settings of your own below <c>ThunderStack</c>: bound to options, checked at start together with all others, and known to the
    /// search for misspelled keys.
    /// </summary>
    /// <typeparam name="TOptions">What they are bound to; ask for it as <see cref="IOptions{TOptions}"/>.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="settings">The settings, with keys below <c>ThunderStack</c>: <c>Beeps:Volume</c>.</param>
    /// <param name="bind">Fills options from the section <c>ThunderStack</c>. It is given no value that a setting has found wrong.</param>
    public static ThunderStackWebhooksBuilder AddSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this ThunderStackWebhooksBuilder builder, IReadOnlyList<Setting> settings, Action<TOptions, IConfiguration> bind)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSettings(builder.Configuration, settings, bind);
        return builder;
    }

    /// <summary>
    /// Adds settings like <see cref="AddSettings"/>, which also follow their configuration while the application runs: ask for
    /// <see cref="ReloadableOptions{TOptions}"/>.
    /// </summary>
    /// <typeparam name="TOptions">What they are bound to, anew at each change.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="settings">The settings, with keys below <c>ThunderStack</c>; set <see cref="Setting.Reloads"/> of each.</param>
    /// <param name="bind">Fills options from the section <c>ThunderStack</c>. It is given no value that a setting has found wrong.</param>
    public static ThunderStackWebhooksBuilder AddReloadableSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this ThunderStackWebhooksBuilder builder, IReadOnlyList<Setting> settings, Action<TOptions, IConfiguration> bind)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddReloadableSettings(builder.Configuration, settings, bind);
        return builder;
    }

    /// <summary>
    /// Adds the handlers of the section <c>ThunderStack:Handlers</c>, following its changes; with none there, one that logs.
    /// </summary>
    public static ThunderStackWebhooksBuilder AddConfiguredHandlers(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var section = builder.Configuration;
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(ReloadableOptions<HandlersOptions>)))
        {
            return builder;
        }

        services.AddReloadableSettings<HandlersOptions>(section, HandlersOptions.Settings, HandlersOptions.Bind);
        builder.AddHandlerType(LogHandler.Type).AddHandlerType(ForwardHandler.Type);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HandlersOptions>, HandlersOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHandlerSource, ConfiguredHandlerSource>());

        // The framework's own request log would show whole URLs, and a forward URL may hold a secret.
        services.AddHttpClient(ForwardHandler.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new ForwardConnections())
            .RemoveAllLoggers();
        return builder;
    }
}

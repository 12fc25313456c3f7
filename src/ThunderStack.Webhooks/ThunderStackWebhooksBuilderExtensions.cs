using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers.</summary>
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

        services.AddSettings<HandlersOptions>(section, HandlersOptions.Settings, static (options, configuration) => configuration.Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HandlersOptions>, HandlersOptionsValidator>());
        services.TryAddSingleton(provider => new ReloadableOptions<HandlersOptions>(
            provider.GetRequiredService<IOptions<HandlersOptions>>().Value,
            section,
            () => section.Get<HandlersOptions>() ?? new HandlersOptions(),
            provider.GetServices<IValidateOptions<HandlersOptions>>(),
            provider.GetRequiredService<ILogger<ReloadableOptions<HandlersOptions>>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHandlerSource, ConfiguredHandlerSource>());

        // The framework's own request log would show whole URLs, and a forward URL may hold a secret.
        services.AddHttpClient(ForwardHandler.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new ForwardConnections())
            .RemoveAllLoggers();
        return builder;
    }
}

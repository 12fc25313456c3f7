using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Stores;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Selects the inbox: what a store's own <c>Use…Inbox()</c> calls.</summary>
public static class HostedInboxBuilderExtensions
{
    /// <summary>
    /// Makes <typeparamref name="TInbox"/> the inbox, a singleton: opened before any hosted service starts, closed after all have
    /// stopped, with retention as section <c>ThunderStack:Inbox</c> says. Selecting the same one again changes nothing.
    /// </summary>
    /// <typeparam name="TInbox">The inbox. Its constructor takes services, such as the store's own options.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="InvalidOperationException">Another store was selected before.</exception>
    public static ThunderStackWebhooksBuilder UseInbox<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInbox>(
        this ThunderStackWebhooksBuilder builder)
        where TInbox : HostedInbox
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(HostedInbox)) && services.All(service => service.ServiceType != typeof(TInbox)))
        {
            throw new InvalidOperationException(
                $"{typeof(TInbox).Name} cannot be added: this application stores its events in another inbox already. Select one, with one Use…Inbox().");
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TInbox>();
        services.TryAddSingleton<IInbox>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<IInboxAdministration>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<IPublicKeyStore>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<ICookieKeyStore>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<IConditionStore>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<IActionStore>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddSingleton<HostedInbox>(provider => provider.GetRequiredService<TInbox>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HostedInboxService>());
        services.TryAddSingleton<BacklogMetrics>();

        // A store without the core has no handlers whose backlog could be watched.
        if (services.Any(service => service.ServiceType == typeof(HandlerCatalog)))
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, BacklogMonitor>());
            services.TryAddSingleton<ReceiverMetrics>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ReceiverMonitor>());
            services.TryAddSingleton<ConditionMetrics>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConditionMonitor>());
        }

        return builder;
    }
}

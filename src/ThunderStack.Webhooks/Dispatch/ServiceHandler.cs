using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>A handler class from the services, with a scope for each attempt unless it is a singleton.</summary>
internal static class ServiceHandler
{
    public static WebhookHandler Create<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        string name, IServiceProvider services, bool isSingleton)
        where TEvent : WebhookEvent
        where THandler : class, IWebhookHandler<TEvent>
    {
        if (isSingleton)
        {
            var handler = services.GetRequiredService<THandler>();
            return WebhookHandler.Create<TEvent>(name, handler.HandleAsync);
        }

        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        return WebhookHandler.Create<TEvent>(name, async (webhookEvent, context, cancellationToken) =>
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(webhookEvent, context, cancellationToken).ConfigureAwait(false);
        });
    }
}

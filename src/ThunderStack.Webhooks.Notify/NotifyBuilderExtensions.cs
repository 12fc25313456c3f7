using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Notify;
using ThunderStack.Webhooks.Notify.Heartbeats;
using ThunderStack.Webhooks.Notify.Mail;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Platforms;
using ThunderStack.Webhooks.Notify.Sending;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the notifiers.</summary>
public static class NotifyBuilderExtensions
{
    /// <summary>
    /// Adds the handler types <c>Slack</c>, <c>Discord</c>, <c>Teams</c>, <c>Telegram</c>, <c>Email</c>, <c>Webhook</c> and
    /// <c>Heartbeat</c>, which the section <c>ThunderStack:Handlers</c> can name once <c>AddConfiguredHandlers</c> reads it.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddNotifiers(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(PlatformSender)))
        {
            return builder;
        }

        builder.AddSettings<NotifyOptions>(NotifyOptions.Settings, NotifyOptions.Bind);
        services.AddSingleton<PlatformSender>();
        services.AddSingleton<TelegramPaces>();
        services.AddSingleton(provider => new NoticeHistory(
            provider.GetRequiredService<IInboxAdministration>(), provider.GetRequiredService<EventTypes>(), provider.GetRequiredService<ILogger<NoticeHistory>>()));
        services.AddSingleton(provider => new NoticeWriter(
            provider.GetRequiredService<NodeDirectory>(), provider.GetRequiredService<IOptions<NotifyOptions>>().Value.PublicUrl));

        services.AddSingleton(provider => new BacklogMovement(
            provider.GetRequiredService<IInboxAdministration>(), provider.GetRequiredService<HandlerCatalog>(),
            provider.GetRequiredService<IOptions<DispatchOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HeartbeatSender>();
        services.AddHostedService<HeartbeatService>();

        // No activity and no line of a log has the URL, which is the secret.
        services.AddHttpClient(PlatformSender.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new ForwardConnections(isTraced: false))
            .RemoveAllLoggers();
        foreach (var type in (HandlerType[])[Slack.Type, Discord.Type, Teams.Type, Telegram.Type, Email.Type, JsonWebhook.Type, Heartbeat.Type])
        {
            builder.AddHandlerType(type);
        }

        return builder;
    }
}

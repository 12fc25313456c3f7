using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>
/// Publishes each event as a persistent CloudEvent, and is done when the broker has confirmed it. A message that no queue takes is a
/// failure. Its id is the event's, so that consumers know what comes again.
/// </summary>
/// <remarks>Source: RabbitMQ's guide to publishers, "Data Safety on the Publisher Side".</remarks>
internal sealed class RabbitMqHandler(BrokerConnection connection, string exchange, RoutingKey routingKey, Uri cloud) : IWebhookHandler<WebhookEvent>
{
    // AMQP 0-9-1: a short string.
    private const int MaxExchangeLength = 127;

    /// <summary>As configuration names it.</summary>
    public static HandlerType Type { get; } = new("RabbitMq", Create)
    {
        Settings =
        [
            new Setting("Uri", null, BrokerAddress.Judge) { IsRequired = true, IsSecret = true },
            new Setting("Exchange", null, JudgeExchange) { IsRequired = true },
            new Setting("RoutingKey", RoutingKey.Default, RoutingKey.Judge),
        ],
    };

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        var key = routingKey.Of(webhookEvent);
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = context.EventId.ToString(),
            ContentType = CloudEvent.ContentType,
        };
        try
        {
            await connection.PublishAsync(exchange, key, properties, CloudEvent.ToJson(webhookEvent, context, cloud), cancellationToken).ConfigureAwait(false);
        }
        catch (PublishReturnException exception)
        {
            throw new BrokerException($"No queue takes what exchange \"{exchange}\" is sent with routing key \"{key}\": bind one.", exception);
        }
        catch (PublishException exception)
        {
            throw new BrokerException("The broker refused the message: look whether a queue is full.", exception);
        }
    }

    private static RabbitMqHandler Create(HandlerSettings settings, IServiceProvider services) => new(
        services.GetRequiredService<BrokerConnections>().Of(settings["Uri"]!),
        settings["Exchange"]!,
        new RoutingKey(settings["RoutingKey"]!),
        new Uri(services.GetRequiredService<IOptions<ThunderStackCloudOptions>>().Value.BaseAddress));

    private static string? JudgeExchange(string value) => Setting.Text("Exchange").Judge(value)
        ?? (value.Length > MaxExchangeLength ? $"is longer than {MaxExchangeLength} characters" : null);
}

using ThunderStack.Webhooks.RabbitMq;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the handler type that publishes to RabbitMQ.</summary>
public static class RabbitMqBuilderExtensions
{
    /// <summary>
    /// Adds the handler type <c>RabbitMq</c>, which the section <c>ThunderStack:Handlers</c> can name once <c>AddConfiguredHandlers</c> reads it.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ThunderStackWebhooksBuilder AddRabbitMq(this ThunderStackWebhooksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(BrokerConnections)))
        {
            return builder;
        }

        builder.Services.AddSingleton<BrokerConnections>();
        return builder.AddHandlerType(RabbitMqHandler.Type);
    }
}

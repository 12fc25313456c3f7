namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>The broker has not taken a message.</summary>
internal sealed class BrokerException(string message, Exception? innerException = null) : Exception(message, innerException);

using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>
/// An open connection and its channels. Each message has a channel to itself while it waits for its confirmation: the broker closes
/// the channel of a message that it objects to, and nobody else's may be lost with it.
/// </summary>
internal sealed class PublishingConnection
{
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly IConnection _connection;
    private readonly ConcurrentBag<IChannel> _idle = [];
    private volatile string? _blockedBy;

    public PublishingConnection(IConnection connection)
    {
        _connection = connection;
        _connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            _blockedBy = blocked.Reason;
            return Task.CompletedTask;
        };
        _connection.ConnectionUnblockedAsync += (_, _) =>
        {
            _blockedBy = null;
            return Task.CompletedTask;
        };
    }

    public bool IsOpen => _connection.IsOpen;

    public async Task PublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // What is sent all the same waits in the socket, and its attempt for nothing.
        if (_blockedBy is { } reason)
        {
            throw new BrokerException($"The broker takes no messages at the moment ({reason}): give it room.");
        }

        var channel = await RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, cancellationToken).ConfigureAwait(false);
        }
        catch (PublishException)
        {
            // An answer to this message alone.
            _idle.Add(channel);
            throw;
        }
        catch
        {
            // Its confirmation may still come, or never.
            _ = DiscardAsync(channel);
            throw;
        }

        _idle.Add(channel);
    }

    /// <summary>Closes it, whether or not the broker answers.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await _connection.AbortAsync(CloseTimeout).ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            // Closed, one way or another.
        }
    }

    private async Task<IChannel> RentAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var channel))
        {
            if (channel.IsOpen)
            {
                return channel;
            }

            await DiscardAsync(channel).ConfigureAwait(false);
        }

        return await _connection.CreateChannelAsync(Confirmed, cancellationToken).ConfigureAwait(false);
    }

    private static async Task DiscardAsync(IChannel channel)
    {
        try
        {
            await channel.AbortAsync().ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RabbitMQClientException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            // Closed, one way or another.
        }
    }
}

using System.Text;
using RabbitMQ.Client;

namespace ThunderStack.Webhooks.EndToEnd.Brokers;

/// <summary>The control: publishes persistent messages as the handler does, but does not wait for confirmations.</summary>
internal sealed class UnconfirmedPublisher : IAsyncDisposable
{
    private readonly string _queue;
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private UnconfirmedPublisher(string queue, IConnection connection, IChannel channel) => (_queue, _connection, _channel) = (queue, connection, channel);

    public static async Task<UnconfirmedPublisher> ConnectAsync(string uri, string queue)
    {
        var factory = new ConnectionFactory { Uri = new Uri(uri), AutomaticRecoveryEnabled = false };
        var connection = await factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
        return new UnconfirmedPublisher(queue, connection, await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>Publishes so many messages without an error.</summary>
    public async Task PublishAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await _channel.BasicPublishAsync(
                "", _queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes($"{number}"), TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.AbortAsync();
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

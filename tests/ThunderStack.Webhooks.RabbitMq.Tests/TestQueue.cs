using System.Text.Json;
using RabbitMQ.Client;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

/// <summary>A durable queue of a test's own.</summary>
internal sealed class TestQueue : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private TestQueue(IConnection connection, IChannel channel, string name) => (_connection, _channel, Name) = (connection, channel, name);

    public string Name { get; }

    public static async Task<TestQueue> OpenAsync(string uri, string name, bool isDeclared = true)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        var queue = new TestQueue(connection, channel, name);
        if (isDeclared)
        {
            await queue.DeclareAsync();
        }

        return queue;
    }

    public Task DeclareAsync(Dictionary<string, object?>? limits = null) =>
        _channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, limits, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Declares an exchange of the test's own, whose every message this queue gets.</summary>
    public async Task BindAsync(string exchange)
    {
        await _channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, autoDelete: true, cancellationToken: TestContext.Current.CancellationToken);
        await _channel.QueueBindAsync(Name, exchange, "", cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>The next message, waited for.</summary>
    public async Task<BasicGetResult> NextAsync()
    {
        BasicGetResult? message = null;
        await Testing.Eventually.TrueAsync(async () => (message = await TryNextAsync()) is not null, "a message should arrive");
        return message!;
    }

    /// <summary>The next message, if there is one by now.</summary>
    public Task<BasicGetResult?> TryNextAsync() => _channel.BasicGetAsync(Name, autoAck: true, TestContext.Current.CancellationToken);

    public static JsonElement Read(BasicGetResult message)
    {
        using var json = JsonDocument.Parse(message.Body);
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel.IsOpen)
        {
            await _channel.QueueDeleteAsync(Name, cancellationToken: CancellationToken.None);
        }

        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Brokers;

/// <summary>A durable queue that is read when all is over: what is in it, in the order in which the broker took it.</summary>
internal sealed class QueueRecord
{
    private readonly Dictionary<string, long> _seen = [];
    private readonly Dictionary<NumberedEvent, string> _ids = [];
    private readonly List<string> _violations = [];

    /// <summary>Up to which number each node's events are there.</summary>
    public IReadOnlyDictionary<string, long> Seen => _seen;

    /// <summary>Events whose first arrival was before that of an earlier one, and ids that are not an event's alone.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>How many messages were an event that had arrived before.</summary>
    public int Repeats { get; private set; }

    public static async Task DeclareAsync(string uri, params string[] queues)
    {
        await using var connection = await ConnectAsync(uri);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var queue in queues)
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How many messages a queue has.</summary>
    public static async Task<uint> CountAsync(string uri, string queue)
    {
        await using var connection = await ConnectAsync(uri);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        return await channel.MessageCountAsync(queue, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes everything out of the queue, until each node's events up to these have been seen.</summary>
    public async Task ReadAsync(string uri, string queue, IReadOnlyDictionary<string, long> expected, TimeSpan within)
    {
        await using var connection = await ConnectAsync(uri);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Wait.UntilAsync(
            async () =>
            {
                while (await channel.BasicGetAsync(queue, autoAck: true, TestContext.Current.CancellationToken) is { } message)
                {
                    Record(message);
                }

                return expected.All(node => _seen.GetValueOrDefault(node.Key) >= node.Value);
            },
            within,
            () => "every acknowledged event is in the queue. Missing: " + string.Join(", ", expected
                .Where(node => _seen.GetValueOrDefault(node.Key) < node.Value)
                .Select(node => $"{node.Key} {_seen.GetValueOrDefault(node.Key) + 1}..{node.Value}")));
    }

    private static Task<IConnection> ConnectAsync(string uri) =>
        new ConnectionFactory { Uri = new Uri(uri) }.CreateConnectionAsync(TestContext.Current.CancellationToken);

    private void Record(BasicGetResult message)
    {
        using var json = JsonDocument.Parse(message.Body);
        var arrived = NumberedEvent.Read(Encoding.UTF8.GetBytes(json.RootElement.GetProperty("data").GetRawText()));
        var id = message.BasicProperties.MessageId ?? "";
        if (id.Length != 64 || !message.BasicProperties.Persistent)
        {
            _violations.Add($"{arrived} came with the id '{id}', persistent: {message.BasicProperties.Persistent}");
        }

        if (_ids.TryGetValue(arrived, out var before) && before != id)
        {
            _violations.Add($"{arrived} came with the ids {before} and {id}");
        }

        _ids[arrived] = id;
        var expected = _seen.GetValueOrDefault(arrived.Node) + 1;
        if (arrived.Number == expected)
        {
            _seen[arrived.Node] = expected;
        }
        else if (arrived.Number < expected)
        {
            Repeats++;
        }
        else
        {
            _violations.Add($"{arrived} came before number {expected}");
        }
    }
}

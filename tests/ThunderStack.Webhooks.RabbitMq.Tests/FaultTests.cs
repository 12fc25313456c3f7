using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;
using ThunderStack.Webhooks.Testing.RabbitMq;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

public sealed class FaultTests
{
    // More than any of these faults lasts.
    private const int Retries = 1_000;

    [Theory]
    [InlineData(ConnectionFault.Refuse, "Exception")]
    [InlineData(ConnectionFault.Reset, "")]
    [InlineData(ConnectionFault.Hang, "Took longer than")]
    [InlineData(ConnectionFault.LoseAnswer, "Exception")]
    public async Task A_broker_that_cannot_be_reached_costs_only_attempts(ConnectionFault fault, string error)
    {
        var broker = await TestRabbitMq.BrokerAsync();
        await using var proxy = FaultyProxy.Start(broker.Port);
        await using var queue = await TestQueue.OpenAsync(broker.Uri, TestRabbitMq.NewName());
        await using var host = await BrokerHost.StartAsync(RabbitMqBroker.UriAt(proxy.Port), exchange: "", routingKey: queue.Name, retries: Retries, timeout: "00:00:03");
        await host.DeliveryIsAsync(await host.AppendAsync(TestEntry.Create()), DeliveryState.Succeeded);
        await queue.NextAsync();

        proxy.Set(fault);
        var id = await host.AppendAsync(TestEntry.Create());
        if (fault != ConnectionFault.Reset)
        {
            await host.FailedAsync(error);
            proxy.Set(ConnectionFault.None);
        }

        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(id.ToString());
        await host.DeliveryIsAsync(id, DeliveryState.Succeeded);
    }

    [Fact]
    public async Task A_broker_that_blocks_publishers_is_named_and_gets_everything_once_it_takes_messages_again()
    {
        var broker = await TestRabbitMq.BrokerAsync();
        await using var queue = await TestQueue.OpenAsync(broker.Uri, TestRabbitMq.NewName());
        await using var host = await BrokerHost.StartAsync(broker.Uri, exchange: "", routingKey: queue.Name, retries: Retries, timeout: "00:00:03");
        var ids = new List<WebhookEventId>();
        await broker.SetAlarmAsync(isOn: true);
        try
        {
            // The first ones tell the broker that somebody publishes; it then says that it blocks.
            await Eventually.TrueAsync(async () =>
            {
                ids.Add(await host.AppendAsync(TestEntry.Create($"node-{ids.Count}")));
                return host.Log.Any(line => line.Contains("The broker takes no messages at the moment", StringComparison.Ordinal));
            });
        }
        finally
        {
            await broker.SetAlarmAsync(isOn: false);
        }

        foreach (var id in ids)
        {
            await host.DeliveryIsAsync(id, DeliveryState.Succeeded);
        }

        var arrived = new HashSet<string?>();
        while (await queue.TryNextAsync() is { } message)
        {
            arrived.Add(message.BasicProperties.MessageId);
        }

        arrived.Should().BeEquivalentTo(ids.Select(id => id.ToString()));
    }
}

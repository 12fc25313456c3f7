using System.Text;
using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.RabbitMq;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

public sealed class PublishingTests
{
    [Fact]
    public async Task An_event_arrives_as_a_persistent_cloud_event_with_its_id()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName());
        await using var host = await BrokerHost.StartAsync(uri, exchange: "", routingKey: queue.Name);
        var entry = TestEntry.Create(body: Encoding.UTF8.GetBytes("""{ "nodeId": "node-a", "text": "é" }"""));

        var id = await host.AppendAsync(entry);

        var message = await queue.NextAsync();
        message.BasicProperties.Persistent.Should().BeTrue();
        message.BasicProperties.MessageId.Should().Be(id.ToString());
        message.BasicProperties.ContentType.Should().Be("application/cloudevents+json; charset=utf-8");
        var json = TestQueue.Read(message);
        json.GetProperty("id").GetString().Should().Be(id.ToString());
        json.GetProperty("partitionkey").GetString().Should().Be("node-a");
        json.GetProperty("data").GetRawText().Should().Be(Encoding.UTF8.GetString(entry.Body.Span));
        await host.DeliveryIsAsync(id, DeliveryState.Succeeded);
    }

    [Fact]
    public async Task The_routing_key_is_the_node_unless_the_settings_say_otherwise()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName());
        var exchange = TestRabbitMq.NewName();
        await queue.BindAsync(exchange);
        await using (var usual = await BrokerHost.StartAsync(uri, exchange))
        {
            await usual.AppendAsync(TestEntry.Create("node-{eventType}"));
            (await queue.NextAsync()).RoutingKey.Should().Be("node-{eventType}");
        }

        await using var host = await BrokerHost.StartAsync(uri, exchange, "cloud.{eventType}.{nodeId}");
        await host.AppendAsync(TestEntry.Create("node-a"));

        (await queue.NextAsync()).RoutingKey.Should().Be("cloud.NODE_STATUS_UPDATED.node-a");
    }

    [Fact]
    public async Task What_no_queue_takes_becomes_a_dead_letter_after_its_retries_and_arrives_when_it_is_replayed_to_one()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName(), isDeclared: false);
        await using var host = await BrokerHost.StartAsync(uri, exchange: "", routingKey: queue.Name, retries: 2);

        var id = await host.AppendAsync(TestEntry.Create());

        var dead = await host.DeliveryIsAsync(id, DeliveryState.DeadLettered);
        dead.Attempts.Should().Be(3);
        dead.Error.Should().Contain($"No queue takes what exchange \"\" is sent with routing key \"{queue.Name}\"");

        await queue.DeclareAsync();
        await host.ReplayAsync(id);
        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(id.ToString());
        await host.DeliveryIsAsync(id, DeliveryState.Succeeded);
    }

    [Fact]
    public async Task A_message_that_the_broker_refuses_costs_attempts_and_no_other_message()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName(), isDeclared: false);
        await queue.DeclareAsync(new() { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await using var host = await BrokerHost.StartAsync(uri, exchange: "", routingKey: queue.Name, retries: 1_000);
        var first = await host.AppendAsync(TestEntry.Create("node-a"));
        await host.DeliveryIsAsync(first, DeliveryState.Succeeded);

        var second = await host.AppendAsync(TestEntry.Create("node-b"));
        await host.FailedAsync("The broker refused the message");

        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(first.ToString());
        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(second.ToString());
        await host.DeliveryIsAsync(second, DeliveryState.Succeeded);
    }

    [Fact]
    public async Task An_exchange_that_is_missing_is_named_and_found_once_it_is_there()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName());
        var exchange = TestRabbitMq.NewName();
        await using var host = await BrokerHost.StartAsync(uri, exchange, retries: 1_000);

        var id = await host.AppendAsync(TestEntry.Create());
        await host.FailedAsync($"no exchange '{exchange}'");
        await queue.BindAsync(exchange);

        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(id.ToString());
    }

    [Fact]
    public async Task A_routing_key_that_is_too_long_is_a_dead_letter_at_once()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        await using var host = await BrokerHost.StartAsync(uri, exchange: "");

        var id = await host.AppendAsync(TestEntry.Create(new string('é', 128)));

        (await host.DeliveryIsAsync(id, DeliveryState.DeadLettered)).Attempts.Should().Be(1);
    }

    [Fact]
    public async Task The_password_is_in_no_line_of_the_log_no_error_and_no_row()
    {
        const string Password = "Th1s-is-secret";
        var address = new UriBuilder(await TestRabbitMq.ConnectAsync()) { UserName = "nobody", Password = Password };
        await using var host = await BrokerHost.StartAsync(address.Uri.ToString(), exchange: "", retries: 1);

        var id = await host.AppendAsync(TestEntry.Create());

        var dead = await host.DeliveryIsAsync(id, DeliveryState.DeadLettered);
        dead.Error.Should().Contain("ACCESS_REFUSED").And.NotContain(Password);
        host.Log.Should().NotBeEmpty().And.NotContain(line => line.Contains(Password, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(host.Database)!).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stored = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stored, Encoding.Latin1);
            (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Should().NotContain(Password);
        }
    }

    [Fact]
    public async Task The_documented_configuration_works_when_it_is_pasted()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "brokers.md"), TestContext.Current.CancellationToken);
        var pasted = page.Split("```json")[1].Split("```")[0];
        pasted.Should().Contain("\"Uri\": \"amqp://guest:guest@localhost:5672\"").And.Contain("\"RoutingKey\": \"thunderstack\"");
        await using var queue = await TestQueue.OpenAsync(uri, "thunderstack");

        // The one thing that has to differ: where this machine's broker is.
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(pasted.Replace("amqp://guest:guest@localhost:5672", uri, StringComparison.Ordinal)));
        await using var host = await BrokerHost.StartAsync(configuration => configuration.AddJsonStream(json));
        var id = await host.AppendAsync(TestEntry.Create());

        (await queue.NextAsync()).BasicProperties.MessageId.Should().Be(id.ToString());
    }
}

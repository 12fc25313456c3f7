using System.Net.Security;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;
using ThunderStack.Webhooks.Testing.RabbitMq;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task A_connection_is_shared_kept_while_it_is_used_closed_when_it_is_not_and_opened_again()
    {
        var uri = await TestRabbitMq.ConnectAsync();
        var time = new FakeTimeProvider();
        await using var queue = await TestQueue.OpenAsync(uri, TestRabbitMq.NewName());
        await using var connections = new BrokerConnections(time);
        var connection = connections.Of(uri);
        connections.Of(uri).Should().BeSameAs(connection);
        connection.IsOpen.Should().BeFalse("nothing was published yet");

        await PublishAsync();
        time.Advance(BrokerConnection.IdleTime - TimeSpan.FromMinutes(1));
        await PublishAsync();
        time.Advance(BrokerConnection.IdleTime - TimeSpan.FromMinutes(1));
        connection.IsOpen.Should().BeTrue();

        time.Advance(TimeSpan.FromMinutes(2));
        connection.IsOpen.Should().BeFalse();

        await PublishAsync();
        connection.IsOpen.Should().BeTrue();

        Task PublishAsync() => connection.PublishAsync("", queue.Name, new BasicProperties(), new byte[] { 1 }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_certificate_has_to_be_valid_for_the_host_by_name()
    {
        BrokerAddress.TryCreateFactory("amqps://user:pa%2Fss@broker.example.org/my%2Fvhost", out var factory).Should().BeTrue();

        factory!.Ssl.Enabled.Should().BeTrue();
        factory.Ssl.AcceptablePolicyErrors.Should().Be(SslPolicyErrors.None);
        factory.Ssl.ServerName.Should().Be("broker.example.org");
        factory.Password.Should().Be("pa/ss");
        factory.VirtualHost.Should().Be("my/vhost");
        factory.Endpoint.Port.Should().Be(5671);
    }
}

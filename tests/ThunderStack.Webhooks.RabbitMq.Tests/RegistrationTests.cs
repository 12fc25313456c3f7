using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

public sealed class RegistrationTests
{
    [Theory]
    [InlineData("Uri", null)]
    [InlineData("Uri", "http://user:secret@example.org")]
    [InlineData("Uri", "broker:secret")]
    [InlineData("Uri", "amqp://user:secret@example.org/one/two")]
    [InlineData("Uri", " amqp://user:secret@example.org")]
    [InlineData("Exchange", null)]
    [InlineData("Exchange", "'secret'")]
    [InlineData("RoutingKey", "{node}.secret")]
    [InlineData("RoutingKey", "{nodeId.secret")]
    public async Task What_cannot_be_is_told_by_its_key_and_without_its_value(string key, string? value)
    {
        var starting = () => BrokerHost.StartAsync(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Handlers:broker:Type"] = "RabbitMq",
            ["ThunderStack:Handlers:broker:Uri"] = "amqp://localhost",
            ["ThunderStack:Handlers:broker:Exchange"] = "",
            [$"ThunderStack:Handlers:broker:{key}"] = value,
        }));

        var refused = await starting.Should().ThrowAsync<Exception>();

        refused.Which.ToString().Should().Contain($"ThunderStack:Handlers:broker:{key}").And.NotContain("secret");
    }

    [Fact]
    public void Added_twice_it_is_there_once()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

        var adding = () => builder.Services.AddThunderStackWebhooksCore(builder.Configuration).AddConfiguredHandlers().AddRabbitMq().AddRabbitMq();

        adding.Should().NotThrow();
    }
}

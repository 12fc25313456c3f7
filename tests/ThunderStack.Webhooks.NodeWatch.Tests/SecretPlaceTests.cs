using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>What is secret of a node stands where its id stands, or a node that is inserted before it would get it.</summary>
public sealed class SecretPlaceTests
{
    [Theory]
    [InlineData("Api:TokenFile", "/run/secrets/token")]
    [InlineData("Unlock:PasswordFile", "/run/secrets/password")]
    public void A_secret_of_another_place_is_refused(string key, string value)
    {
        Problems(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a", [$"ThunderStack:Nodes:0:{key}"] = value }, []).Should().BeEmpty();

        Problems(new() { ["ThunderStack:Nodes:0:NodeId"] = "inserted", ["ThunderStack:Nodes:1:NodeId"] = "node-a" }, new() { [$"ThunderStack:Nodes:0:{key}"] = value })
            .Should().ContainSingle().Which.Should().StartWith($"ThunderStack:Nodes:0:{key} is written in another place (").And.NotContain(value);
    }

    private static IEnumerable<string> Problems(Dictionary<string, string?> file, Dictionary<string, string?> environment)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(file).AddInMemoryCollection(environment).Build();
        using var services = new ServiceCollection().AddThunderStackWebhooksCore(configuration).Services.BuildServiceProvider();
        return services.GetServices<IValidateOptions<NodesOptions>>()
            .SelectMany(validator => validator.Validate(Options.DefaultName, new NodesOptions { Nodes = { new NodeOptions { NodeId = "node-a" } } }).Failures ?? []);
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Receiver.Settings;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>The framework goes through every key for each listing of a section's keys: one for each node would take minutes for many.</summary>
public sealed class ManyNodesTests
{
    [Fact]
    public async Task A_start_and_a_change_list_keys_as_often_for_many_nodes_as_for_fewer()
    {
        var fewer = await CountListingsAsync(nodes: 500);

        var many = await CountListingsAsync(nodes: 2_000);

        many.Should().Be(fewer);
    }

    private static async Task<(int AtStart, int AtChange)> CountListingsAsync(int nodes)
    {
        using var directory = new TemporaryDirectory();
        var source = new CountedSource(nodes);
        await using var app = ReceiverHost.Build(ReceiverHost.Settings(directory), builder => builder.Configuration.Sources.Add(source));
        var directoryOfNodes = app.Services.GetRequiredService<NodeDirectory>();
        app.Services.GetRequiredService<SettingsChanges>().Start();
        directoryOfNodes.Nodes.Should().HaveCount(nodes);
        var atStart = source.Listings;

        source.AddNode("one-more");

        directoryOfNodes.Nodes.Should().HaveCount(nodes + 1);
        return (atStart, source.Listings - atStart);
    }

    private sealed class CountedSource(int nodes) : MemoryConfigurationProvider(new MemoryConfigurationSource { InitialData = Nodes(nodes) }), IConfigurationSource
    {
        private int _nodes = nodes;

        public int Listings { get; private set; }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
        {
            Listings++;
            return base.GetChildKeys(earlierKeys, parentPath);
        }

        public void AddNode(string id)
        {
            Set($"ThunderStack:Nodes:{_nodes++}:NodeId", id);
            OnReload();
        }

        private static IEnumerable<KeyValuePair<string, string?>> Nodes(int count) => Enumerable.Range(0, count).SelectMany(node => new[]
        {
            KeyValuePair.Create($"ThunderStack:Nodes:{node}:NodeId", (string?)$"node-{node}"),
            KeyValuePair.Create($"ThunderStack:Nodes:{node}:Name", (string?)$"Node {node}"),
        });
    }
}

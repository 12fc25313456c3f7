using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>A token is sent to the hosts that it is meant for, and to no other.</summary>
public sealed class TokenTests
{
    private const string Id = "node-a";

    [Fact]
    public async Task The_clouds_token_goes_to_the_hosts_that_are_named_for_it()
    {
        await using var node = await Recorder.StartAsync();

        (await AuthorizationAsync(node, [])).Should().BeNull();
        (await AuthorizationAsync(node, [("Cloud:NodeApiHosts:0", "node-api.thunderstack.org"), ("Cloud:NodeApiHosts:1", "127.0.0.1")])).Should().Be("Bearer the-accounts");
    }

    [Fact]
    public async Task A_nodes_own_token_is_read_from_its_file_at_each_look()
    {
        using var directory = new TemporaryDirectory();
        await using var node = await Recorder.StartAsync();
        var file = directory.File("token");
        await File.WriteAllTextAsync(file, "the-nodes\n", TestContext.Current.CancellationToken);

        (await AuthorizationAsync(node, [("Nodes:0:Api:TokenFile", file), ("Cloud:NodeApiHosts:0", "127.0.0.1")])).Should().Be("Bearer the-nodes");
        await File.WriteAllTextAsync(file, "another", TestContext.Current.CancellationToken);
        (await AuthorizationAsync(node, [("Nodes:0:Api:TokenFile", file)])).Should().Be("Bearer another");
    }

    [Fact]
    public async Task A_node_is_not_asked_where_the_cloud_names_a_host_that_is_not_known()
    {
        await using var cloud = await RunningCloud.StartAsync(Id);
        await using var host = await WatchHost.StartAsync(
            [("Nodes:0:NodeId", Id), ("Cloud:BaseAddress", cloud.Url), ("Cloud:ApiToken", RunningCloud.Token)]);

        await host.AdvanceUntilAsync(() => host.Services.GetRequiredService<NodeReadings>().Current?.Count == 1);

        host.ReadingOf(Id).Should().BeNull();
    }

    [Fact]
    public async Task A_node_whose_token_is_missing_is_not_asked_and_one_whose_token_is_wrong_opens_nothing()
    {
        await using var cloud = await RunningCloud.StartAsync(Id, "node-b");
        await using var host = await WatchHost.StartAsync(
        [
            ("Nodes:0:NodeId", Id), ("Nodes:0:Api:Url", cloud.ApiOf(Id).AbsoluteUri), ("Nodes:0:Api:TokenFile", "/nowhere/token"),
            ("Nodes:1:NodeId", "node-b"), ("Nodes:1:Api:Url", cloud.ApiOf("node-b").AbsoluteUri),
        ]);
        await host.ReceiveAsync("node-b", "RUNNING");

        await host.IsAsync("node-b", NodeApiState.Unauthorized);
        await host.LooksAsync("node-b", 2);

        host.ReadingOf(Id).Should().BeNull();
        host.Told.Should().BeEmpty();
    }

    private static async Task<string?> AuthorizationAsync(Recorder node, (string, string?)[] settings)
    {
        node.Requests.Clear();
        await using var host = await WatchHost.StartAsync(
            [("Nodes:0:NodeId", Id), ("Nodes:0:Api:Url", node.Address.AbsoluteUri), ("Cloud:BaseAddress", "http://127.0.0.1:1"), ("Cloud:ApiToken", "the-accounts"), .. settings]);
        await host.AdvanceUntilAsync(() => host.StateOf(Id) is not null);
        node.Requests.TryDequeue(out var request).Should().BeTrue();
        request!.Path.Should().Be("/hook/nodeinfo");
        return request.Headers.GetValueOrDefault("Authorization");
    }
}

using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.Emulator.Tests.Nodes;

/// <summary>What becomes of a node that the API was asked to do something with, and the webhook of each change.</summary>
public sealed class LifecycleTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_emulator_that_has_ended_lets_its_nodes_be()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        var emulator = await RunningEmulator.StartAsync();
        await emulator.Client.Nodes.CreateAsync(
            new NewCloudNode { Name = "short", Network = CloudNetwork.Regtest, WebhookUrl = new Uri(receiver.Url) }, None);
        await emulator.DisposeAsync();

        var later = () => emulator.Time.Advance(TimeSpan.FromMinutes(1));

        later.Should().NotThrow();
    }

    [Fact]
    public async Task Each_change_of_a_created_node_is_a_signed_webhook_to_its_URL()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync();
        var nodes = emulator.Client.Nodes;
        var node = await nodes.CreateAsync(
            new NewCloudNode { Name = "mine", Network = CloudNetwork.Regtest, WebhookUrl = new Uri(receiver.Url) }, None);
        var key = await emulator.PublicKeyAsync();

        (await NextAsync(advance: false)).Should().Be("STARTING");
        (await NextAsync()).Should().Be("IN_PROGRESS");
        (await NextAsync()).Should().Be("RUNNING");
        await nodes.StopAsync(node.NodeId, None);
        (await NextAsync()).Should().Be("PAUSED");
        await nodes.StartAsync(node.NodeId, None);
        (await NextAsync(advance: false)).Should().Be("STARTING");
        (await NextAsync()).Should().Be("RUNNING");
        await nodes.DestroyAsync(node.NodeId, None);
        (await NextAsync(advance: false)).Should().Be("DESTROING");
        (await NextAsync()).Should().Be("DESTROYED");

        async Task<string> NextAsync(bool advance = true)
        {
            if (advance)
            {
                emulator.Time.Advance(Step);
            }

            var webhook = await receiver.NextAsync();
            webhook.IsSignedBy(key).Should().BeTrue();
            webhook.Json.GetProperty("nodeId").GetString().Should().Be(node.NodeId);
            return webhook.Status;
        }
    }

    [Fact]
    public async Task Webhooks_of_a_node_keep_their_order_while_the_receiver_is_slow()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync();

        await emulator.Client.Nodes.CreateAsync(
            new NewCloudNode { Name = "mine", Network = CloudNetwork.Regtest, WebhookUrl = new Uri(receiver.Url) }, None);
        emulator.Time.Advance(Step * 2);

        foreach (var expected in (string[])["STARTING", "IN_PROGRESS", "RUNNING"])
        {
            (await receiver.NextAsync()).Status.Should().Be(expected);
        }
    }

    [Fact]
    public async Task What_is_begun_ends_what_was_begun_before()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync();
        var node = await emulator.Client.Nodes.CreateAsync(
            new NewCloudNode { Name = "mine", Network = CloudNetwork.Regtest, WebhookUrl = new Uri(receiver.Url) }, None);
        (await receiver.NextAsync()).Status.Should().Be("STARTING");

        await emulator.Client.Nodes.DestroyAsync(node.NodeId, None);
        (await receiver.NextAsync()).Status.Should().Be("DESTROING");
        emulator.Time.Advance(Step * 5);

        (await receiver.NextAsync()).Status.Should().Be("DESTROYED");
        (await emulator.Client.Nodes.GetAsync(node.NodeId, None)).Status.Should().Be(CloudNodeStatus.Destroyed);
        (await emulator.DeliveriesAsync()).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_URL_that_is_set_later_gets_the_events_from_then_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync();
        var node = await emulator.Client.Nodes.CreateAsync(new NewCloudNode { Name = "mine", Network = CloudNetwork.Regtest }, None);
        emulator.Time.Advance(Step);

        await emulator.Client.Nodes.SetWebhookUrlAsync(node.NodeId, new Uri(receiver.Url), None);
        emulator.Time.Advance(Step);

        (await receiver.NextAsync()).Status.Should().Be("RUNNING");
        (await emulator.DeliveriesAsync()).Should().ContainSingle();
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Events;

/// <summary>An event type that an application adds reaches handlers as a class of its own.</summary>
public sealed class EventTypeTests
{
    private const string ChannelOpened = "CHANNEL_OPENED";

    private readonly ConcurrentQueue<WebhookEvent> _handled = new();

    [Fact]
    public async Task Handlers_get_it_as_its_class_and_everything_else_as_before()
    {
        await using var host = await StartAsync(entry => Read(entry, BitConverter.ToInt32(entry.Body.Span)));

        await host.AppendAsync();
        await host.AppendAsync("node-b", eventType: "SOMETHING_ELSE");
        var id = await host.AppendAsync("node-c", eventType: ChannelOpened);

        await host.DeliveryIsAsync(id, "channels", DeliveryState.Succeeded);
        await Eventually.TrueAsync(() => _handled.Count == 4);
        _handled.OfType<NodeStatusUpdated>().Should().ContainSingle().Which.NodeId.Value.Should().Be("node-a");
        _handled.OfType<UnknownWebhookEvent>().Should().ContainSingle().Which.EventType.Should().Be("SOMETHING_ELSE");
        _handled.OfType<Channel>().Should().HaveCount(2).And.OnlyContain(channel => channel.Id == id && channel.Capacity == 3);
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_retried_and_becomes_a_dead_letter_that_says_why()
    {
        await using var host = await StartAsync(_ => throw new FormatException("no capacity"));

        var id = await host.AppendAsync("node-c", eventType: ChannelOpened);

        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "channels"))?.State == DeliveryState.DeadLettered);
        (await host.FindDeliveryAsync(id, "channels"))!.Error.Should().Contain("CHANNEL_OPENED cannot be read as one: no capacity");
        _handled.Should().BeEmpty();
    }

    [Theory]
    [InlineData(NodeStatusUpdated.TypeName)]
    [InlineData("")]
    public void Name_that_is_taken_or_empty_is_refused(string name)
    {
        var builder = new ServiceCollection().AddThunderStackWebhooksCore(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        builder.Invoking(b => b.AddEventType(name, entry => Read(entry, 1))).Should().Throw<ArgumentException>();
    }

    private Task<DispatchHost> StartAsync(Func<InboxEntry, Channel> read) => DispatchHost.StartAsync(
        builder => builder.AddEventType(ChannelOpened, read).AddHandler<WebhookEvent>("all", Handle).AddHandler<Channel>("channels", Handle),
        new() { ["ThunderStack:Dispatch:RetryDelays:0"] = "00:00:01" });

    private Task Handle(WebhookEvent webhookEvent, ThunderStack.Webhooks.Dispatch.DeliveryContext context, CancellationToken cancellationToken)
    {
        _handled.Enqueue(webhookEvent);
        return Task.CompletedTask;
    }

    private static Channel Read(InboxEntry entry, int capacity) => new()
    {
        Id = entry.Id,
        Source = entry.Source,
        EventType = entry.EventType,
        NodeId = entry.NodeId,
        Timestamp = entry.Timestamp,
        Capacity = capacity,
    };

    private sealed record Channel : WebhookEvent
    {
        public required int Capacity { get; init; }
    }
}

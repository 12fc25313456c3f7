using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Diagnostics;

public sealed class TraceTests : IDisposable
{
    // Other tests of this process trace too: the node is what tells them apart.
    private readonly string _node = $"node-{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ThunderStack.Webhooks",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent == default || options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task An_attempt_is_linked_to_how_its_event_was_received()
    {
        await using var host = await StartAsync();

        await host.SendAsync(SignedDelivery.Valid().ForNode(_node));

        var received = await EndedAsync("receive", "stored");
        var delivered = await EndedAsync("deliver mine");
        received.ParentId.Should().BeNull("the server's own activity is nobody's");
        received.GetTagItem("thunderstack.webhook.duplicate").Should().Be(false);
        received.GetTagItem("thunderstack.event.type").Should().Be("NODE_STATUS_UPDATED");
        received.GetTagItem("thunderstack.event.id").Should().NotBeNull().And.Be(delivered.GetTagItem("thunderstack.event.id"));
        delivered.Links.Should().ContainSingle().Which.Context.Should().Match<ActivityContext>(
            context => context.TraceId == received.TraceId && context.SpanId == received.SpanId);
    }

    [Fact]
    public async Task What_is_not_stored_says_why()
    {
        await using var host = await StartAsync();

        await host.SendAsync(SignedDelivery.Valid().ForNode(_node));
        await host.SendAsync(SignedDelivery.Valid().ForNode(_node));
        await host.SendAsync(SignedDelivery.Valid().ForNode(_node), $"{WebhookHost.Path}/node-b");

        (await EndedAsync("receive", "duplicate")).GetTagItem("thunderstack.webhook.duplicate").Should().Be(true);
        (await EndedAsync("receive", "unexpected_node")).GetTagItem("thunderstack.event.id").Should().BeNull();
    }

    [Fact]
    public async Task A_strangers_trace_decides_nothing()
    {
        const string stranger = "0af7651916cd43dd8448eb211c80319c";
        await using var host = await StartAsync();
        var request = SignedDelivery.Valid().ForNode(_node).ToRequest();
        request.Headers.Add("traceparent", $"00-{stranger}-b7ad6b7169203331-00");

        await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await EndedAsync("receive", "stored")).TraceId.ToHexString().Should().NotBe(stranger);
    }

    // With a log, as every host has: that is what makes the server begin an activity.
    private Task<WebhookHost> StartAsync() => WebhookHost.StartAsync(
        new Dictionary<string, string?> { ["ThunderStack:Nodes:2:NodeId"] = _node },
        webhooks =>
        {
            webhooks.Services.AddLogging(logging => logging.AddProvider(new DeafLoggerProvider()));
            webhooks.AddHandler<NodeStatusUpdated>("mine", (_, _, _) => Task.CompletedTask);
        });

    private async Task<Activity> EndedAsync(string name, string? outcome = null)
    {
        await Eventually.TrueAsync(() => _ended.Any(Matches), $"an activity {name} {outcome} ends");
        return _ended.First(Matches);

        bool Matches(Activity activity) => activity.OperationName == name && (string?)activity.GetTagItem("thunderstack.node.id") == _node
            && (outcome is null || (string?)activity.GetTagItem("thunderstack.webhook.outcome") == outcome);
    }

    private sealed class DeafLoggerProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}

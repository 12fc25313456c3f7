using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Tests.Sending;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Dispatch;

/// <summary>Conditions on their way from where they are noticed to where they are told.</summary>
public sealed class ConditionTests : IAsyncLifetime
{
    private static readonly ConditionKind Kind = new("DoorAjar");

    private readonly Door _door = new();
    private Recorder _slack = null!;

    public async ValueTask InitializeAsync()
    {
        _slack = await Recorder.StartAsync();
        _slack.Answer = Platform.Accepting("Slack");
    }

    public ValueTask DisposeAsync() => _slack.DisposeAsync();

    [Fact]
    public async Task A_condition_is_told_when_it_opens_and_when_it_closes()
    {
        await using var host = await StartAsync();
        _door.Since = host.Time.GetUtcNow();
        await host.AdvanceUntilAsync(() => _slack.Requests.Count == 1, seconds: 5);
        var opened = (await host.Administration.ListAsync(new EventFilter { Limit = 1 }, TestContext.Current.CancellationToken)).Single();
        await host.DeliveryIsAsync(opened.Id, "team", DeliveryState.Succeeded);
        host.Time.Advance(TimeSpan.FromHours(2));
        _door.Since = null;
        await host.AdvanceUntilAsync(() => _slack.Requests.Count == 2, seconds: 5);

        _slack.Requests.First().Text.Should().Contain("Door ajar: alice").And.Contain("The door of alice is ajar.").And.Contain("Close it.");
        _slack.Requests.Last().Text.Should().Contain("Closed: Door ajar: alice").And.Contain("It was open for 2 h");
    }

    [Fact]
    public async Task A_node_that_fails_and_runs_again_is_two_messages()
    {
        await using var host = await StartAsync();
        var failedAt = host.Time.GetUtcNow();
        await host.AppendAsync("FAILED");
        await host.AdvanceUntilAsync(async () => (await host.Administration.ListConditionsAsync(closed: false, TestContext.Current.CancellationToken)).Count > 0, seconds: 5);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        var lasted = NoticeTime.Of(host.Time.GetUtcNow() - failedAt);
        var running = await host.AppendAsync("RUNNING");
        await host.DeliveryIsAsync(running, "team", DeliveryState.Succeeded);
        await host.AdvanceUntilAsync(async () => (await host.Administration.ListConditionsAsync(closed: true, TestContext.Current.CancellationToken)).Count > 0, seconds: 5);
        var last = (await host.Administration.ListAsync(new EventFilter { Limit = 1 }, TestContext.Current.CancellationToken)).Single();
        await host.DeliveryIsAsync(last.Id, "team", DeliveryState.Filtered);

        last.EventType.Should().Be("CONDITION_CLOSED");
        _slack.Requests.Should().HaveCount(2);
        _slack.Requests.First().Text.Should().Contain("Node alice has failed");
        _slack.Requests.Last().Text.Should().Contain("Node alice is running").And.Contain($"It was down for {lasted}.");
    }

    private Task<NotifyHost> StartAsync() =>
        NotifyHost.StartAsync(Platform.Settings("Slack", _slack), builder => builder.Services.AddSingleton<IConditionSource>(_door));

    private sealed class Door : IConditionSource
    {
        private readonly Lock _gate = new();
        private DateTimeOffset? _since;

        public IReadOnlyCollection<ConditionKind> Kinds { get; } = [Kind];

        public DateTimeOffset? Since
        {
            get
            {
                lock (_gate)
                {
                    return _since;
                }
            }

            set
            {
                lock (_gate)
                {
                    _since = value;
                }
            }
        }

        public Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyCollection<Condition>?>(Since is { } since
                ? [new Condition { Kind = Kind, Subject = "node-a", NodeId = new NodeId("node-a"), Severity = ConditionSeverity.Warning, Message = "The door of alice is ajar.", Remedy = "Close it.", Since = since }]
                : []);
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Tests.Dispatch;

namespace ThunderStack.Webhooks.Tests.Handlers;

/// <summary><c>When</c>: which events a handler is given.</summary>
public sealed class HandlerFilterTests
{
    private readonly ConcurrentQueue<WebhookEventId> _given = new();

    [Fact]
    public async Task Statuses_that_are_not_named_are_left_out_without_an_attempt()
    {
        await using var host = await StartAsync(("When:Statuses:0", "FAILED"));

        var running = await host.AppendAsync(status: "RUNNING");
        var failed = await host.AppendAsync(status: "FAILED");

        (await host.DeliveryIsAsync(failed, "ops", DeliveryState.Succeeded)).Attempts.Should().Be(1);
        (await host.DeliveryIsAsync(running, "ops", DeliveryState.Filtered)).Attempts.Should().Be(0);
        _given.Should().Equal(failed);
    }

    [Theory]
    [InlineData("Nodes:0", "node-b", "node-b RUNNING,node-b FAILED,node-b RUNNING,node-b RUNNING,node-b NODE_RENAMED")]
    [InlineData("EventTypes:0", "NODE_RENAMED", "node-a NODE_RENAMED,node-b NODE_RENAMED")]
    [InlineData("Statuses:0", "FAILED", "node-a FAILED,node-b FAILED")]
    [InlineData("OnlyChanges", "true", "node-a RUNNING,node-a FAILED,node-a RUNNING,node-a NODE_RENAMED,node-b RUNNING,node-b FAILED,node-b RUNNING,node-b NODE_RENAMED")]
    [InlineData("Sources:0", "Reconciled", "")]
    [InlineData("Conditions:0", "NodeFailed", "")]
    public async Task Everything_that_is_written_has_to_hold(string key, string value, string expected)
    {
        var given = new ConcurrentQueue<string>();
        await using var host = await StartAsync(
            webhookEvent => given.Enqueue($"{webhookEvent.NodeId} {(webhookEvent as NodeStatusUpdated)?.Status.Value ?? webhookEvent.EventType}"),
            ($"When:{key}", value));
        foreach (var node in new[] { "node-a", "node-b" })
        {
            foreach (var status in new[] { "RUNNING", "FAILED", "RUNNING", "RUNNING" })
            {
                await host.AppendAsync(node, status);
            }

            await host.DeliveryIsAsync(
                await host.AppendAsync(node, eventType: "NODE_RENAMED"),
                "ops",
                expected.Contains($"{node} NODE_RENAMED", StringComparison.Ordinal) ? DeliveryState.Succeeded : DeliveryState.Filtered);
        }

        given.Should().Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_changed_filter_counts_from_then_on_and_brings_nothing_back()
    {
        await using var host = await StartAsync(("When:Statuses:0", "FAILED"));
        var before = await host.AppendAsync(status: "RUNNING");
        await host.DeliveryIsAsync(before, "ops", DeliveryState.Filtered);

        var configuration = host.Services.GetRequiredService<IConfiguration>();
        configuration["ThunderStack:Handlers:ops:When:Statuses:0"] = "RUNNING";
        ((IConfigurationRoot)configuration).Reload();
        await Eventually.TrueAsync(async () =>
        {
            var id = await host.AppendAsync($"node-{Guid.NewGuid():N}");
            await Eventually.TrueAsync(async () => await host.FindDeliveryAsync(id, "ops") is not null);
            return _given.Contains(id);
        });

        (await host.Administration.ReplayAsync(new DeliveryFilter { EventId = before, DeadLettersOnly = false }, TestContext.Current.CancellationToken))
            .Should().Be(0);
        _given.Should().NotContain(before);
    }

    [Fact]
    public void Values_that_cannot_be_are_told_by_their_key()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = "node-a",
            ["ThunderStack:Handlers:ops:Type"] = "Log",
            ["ThunderStack:Handlers:ops:When:Sources:0"] = "Webhok",
            ["ThunderStack:Handlers:ops:When:Severities:1"] = "urgent",
            ["ThunderStack:Handlers:ops:When:OnlyChanges"] = "maybe",
        }).Build();
        services.AddThunderStackWebhooksCore(configuration).AddConfiguredHandlers();
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<ThunderStack.Webhooks.Configuration.ConfigurationProblems>().Find(provider).Where(problem => problem.Contains("Handlers", StringComparison.Ordinal))
            .Should().BeEquivalentTo(
                "ThunderStack:Handlers:ops:When:Sources:0 is unknown: write Webhook, Reconciled or Observed.",
                "ThunderStack:Handlers:ops:When:Severities:1 is unknown: write Info, Warning or Critical.",
                "ThunderStack:Handlers:ops:When:OnlyChanges is neither on nor off: write true or false.");
    }

    [Fact]
    public void Conditions_go_to_those_who_tell_people_and_none_to_the_handler_that_it_is_about()
    {
        var types = new EventTypes();

        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.NodeLocked, ConditionSeverity.Critical, "node-a"), types).Should().BeTrue();
        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.NodePaused, ConditionSeverity.Info, "node-a"), types).Should().BeFalse();
        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.DeadLetters, ConditionSeverity.Warning, "ops"), types).Should().BeFalse();
        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.LaneBlocked, ConditionSeverity.Warning, "ops/node-a"), types).Should().BeFalse();
        HandlerFilter.OfNotifiers.Takes("other", Of(ConditionKind.DeadLetters, ConditionSeverity.Warning, "ops"), types).Should().BeTrue();
        HandlerFilter.Default.Takes("log", Of(ConditionKind.NodeFailed, ConditionSeverity.Critical, "node-a"), types).Should().BeFalse();
    }

    [Fact]
    public async Task What_a_later_event_has_overtaken_is_settled_without_another_attempt()
    {
        await using var host = await StartAsync(_ => throw new SupersededException("node-a is RUNNING by now."));

        var id = await host.AppendAsync();

        var record = await host.DeliveryIsAsync(id, "ops", DeliveryState.Superseded);
        record.Error.Should().Be("node-a is RUNNING by now.");
        record.Attempts.Should().Be(1);
    }

    [Fact]
    public void Whoever_tells_people_is_given_what_nodes_did_and_not_the_condition_that_says_it_again()
    {
        var types = new EventTypes();
        var status = new Delivery { Handler = "ops", Attempt = 1, Entry = TestEntry.CreateReconciled("node-a", "FAILED", DateTimeOffset.UnixEpoch) };

        HandlerFilter.OfNotifiers.Takes("ops", status, types).Should().BeTrue();
        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.NodeFailed, ConditionSeverity.Critical, "node-a"), types).Should().BeFalse();
        HandlerFilter.OfNotifiers.Takes("ops", Of(ConditionKind.NodeFailed, ConditionSeverity.Critical, "node-a", ConditionChange.Reminded), types).Should().BeTrue();
    }

    private static Delivery Of(ConditionKind kind, ConditionSeverity severity, string subject, ConditionChange change = ConditionChange.Opened) => new()
    {
        Handler = "ops",
        Attempt = 1,
        Entry = ConditionChanged.Write(
            new Condition { Kind = kind, Subject = subject, Severity = severity, Message = "Something is the matter.", Since = DateTimeOffset.UnixEpoch },
            change,
            DateTimeOffset.UnixEpoch),
    };

    private Task<DispatchHost> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(webhookEvent => _given.Enqueue(webhookEvent.Id), settings);

    private static Task<DispatchHost> StartAsync(Action<WebhookEvent> handle, params (string Key, string Value)[] settings) => DispatchHost.StartAsync(
        builder => builder.AddHandlerType(new HandlerType("Recorder", (_, _) => new Recorder(handle))).AddConfiguredHandlers(),
        settings.Append((Key: "Type", Value: "Recorder")).ToDictionary(setting => $"ThunderStack:Handlers:ops:{setting.Key}", setting => (string?)setting.Value));

    private sealed class Recorder(Action<WebhookEvent> handle) : IWebhookHandler<WebhookEvent>
    {
        public Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
        {
            handle(webhookEvent);
            return Task.CompletedTask;
        }
    }
}

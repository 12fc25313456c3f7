using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>Writes a line for each event.</summary>
internal sealed partial class LogHandler(NodeDirectory nodes, ILogger<LogHandler> logger) : IWebhookHandler<WebhookEvent>
{
    /// <summary>As configuration names it.</summary>
    public static HandlerType Type { get; } = new(
        "Log", (_, services) => new LogHandler(services.GetRequiredService<NodeDirectory>(), services.GetRequiredService<ILogger<LogHandler>>()));

    public Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        var node = nodes.DisplayNameOf(webhookEvent.NodeId);
        if (webhookEvent is NodeStatusUpdated { Source: EventSource.Reconciled } missed)
        {
            Log.Reconciled(logger, node, missed.Status, context.EventId);
        }
        else if (webhookEvent is NodeStatusUpdated update)
        {
            Log.StatusUpdated(logger, node, update.Status, update.Timestamp, context.IsStale, context.EventId);
        }
        else if (webhookEvent is ConditionChanged { Change: ConditionChange.Closed } closed)
        {
            Log.ConditionClosed(logger, closed.Kind, closed.Subject, context.EventId);
        }
        else if (webhookEvent is ConditionChanged condition)
        {
            Log.Condition(logger, condition.Change, condition.Kind, condition.Message, context.EventId);
        }
        else
        {
            Log.UnknownEvent(logger, webhookEvent.EventType, node, context.EventId);
        }

        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(400, LogLevel.Information, "Node {Node} has been {Status} since {Timestamp:O} (stale: {IsStale}, event {Event})")]
        public static partial void StatusUpdated(ILogger logger, string node, NodeStatus status, DateTimeOffset? timestamp, bool isStale, WebhookEventId @event);

        [LoggerMessage(402, LogLevel.Information, "Node {Node} is {Status}, as the cloud says; its webhook never came (event {Event})")]
        public static partial void Reconciled(ILogger logger, string node, NodeStatus status, WebhookEventId @event);

        [LoggerMessage(403, LogLevel.Information, "{Change}: {Kind}. {Message} (event {Event})")]
        public static partial void Condition(ILogger logger, ConditionChange change, ConditionKind kind, string message, WebhookEventId @event);

        [LoggerMessage(404, LogLevel.Information, "Closed: {Kind} of {Subject} (event {Event})")]
        public static partial void ConditionClosed(ILogger logger, ConditionKind kind, string subject, WebhookEventId @event);

        [LoggerMessage(401, LogLevel.Information, "Event of unknown type {EventType} for node {Node} (event {Event})")]
        public static partial void UnknownEvent(ILogger logger, string eventType, string node, WebhookEventId @event);
    }
}

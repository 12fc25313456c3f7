using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>What a pump tells.</summary>
internal static partial class HandlerPumpLog
{
    [LoggerMessage(310, LogLevel.Warning, "Handler {Handler} failed for event {Event} of node {NodeId}, attempt {Attempt}; the next one follows in {Delay:0.#} s. {Error}")]
    public static partial void Retrying(
        ILogger logger, string handler, WebhookEventId @event, NodeId nodeId, int attempt, double delay, string error, Exception exception);

    [LoggerMessage(311, LogLevel.Error, "Handler {Handler} gave up on event {Event} of node {NodeId} after attempt {Attempt}: a dead letter, kept until replayed or discarded. {Error}")]
    public static partial void DeadLettered(
        ILogger logger, string handler, WebhookEventId @event, NodeId nodeId, int attempt, string error, Exception exception);

    [LoggerMessage(316, LogLevel.Information, "Handler {Handler} passes over event {Event} of node {NodeId}: {Reason}")]
    public static partial void Superseded(ILogger logger, string handler, WebhookEventId @event, NodeId nodeId, string reason);

    [LoggerMessage(317, LogLevel.Information, "Handler {Handler} is paused: its events wait until it is resumed")]
    public static partial void Paused(ILogger logger, string handler);

    [LoggerMessage(318, LogLevel.Information, "Handler {Handler} goes on")]
    public static partial void Resumed(ILogger logger, string handler);

    [LoggerMessage(312, LogLevel.Error, "Handler {Handler} still runs {Elapsed:0} s after it began event {Event} and ignores its cancellation; it is left to itself")]
    public static partial void Abandoned(ILogger logger, string handler, WebhookEventId @event, double elapsed);

    [LoggerMessage(313, LogLevel.Warning, "Handler {Handler} did not end event {Event} before the shutdown; it gets it again after the next start")]
    public static partial void AbandonedAtShutdown(ILogger logger, string handler, WebhookEventId @event);

    [LoggerMessage(314, LogLevel.Error, "Deliveries of handler {Handler} cannot be claimed; trying again")]
    public static partial void ClaimFailed(ILogger logger, string handler, Exception exception);

    [LoggerMessage(315, LogLevel.Error, "The result of handler {Handler} for event {Event} could not be recorded; the event is handed out again")]
    public static partial void SettleFailed(ILogger logger, string handler, WebhookEventId @event, Exception exception);
}

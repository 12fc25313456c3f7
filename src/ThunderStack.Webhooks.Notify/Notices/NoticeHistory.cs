using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Looks up what a handler has not told of a node, so that its next message can.</summary>
internal sealed partial class NoticeHistory(IInboxAdministration inbox, EventTypes types, ILogger<NoticeHistory> logger)
{
    private const int MostEvents = 20;

    // In the place of what is not even listed.
    private const string Earlier = "…";

    /// <param name="webhookEvent">The event that is about to be told.</param>
    /// <param name="context">Its attempt.</param>
    /// <param name="tells">Whether the handler tells an event of this kind at all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NoticePast> LookAsync(
        WebhookEvent webhookEvent, DeliveryContext context, Func<WebhookEvent, bool> tells, CancellationToken cancellationToken)
    {
        try
        {
            var before = await inbox.ListAsync(
                new EventFilter { NodeId = webhookEvent.NodeId, Before = context.EventId, Limit = MostEvents }, cancellationToken).ConfigureAwait(false);
            return new NoticePast(
                await UntoldAsync(context.Handler, before, tells, cancellationToken).ConfigureAwait(false),
                before.TakeWhile(entry => entry.Status != NodeStatus.Running).LastOrDefault(entry => entry.Status == NodeStatus.Failed)?.EffectiveAt);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A message without its history is better than none.
            Log.Failed(logger, context.Handler, context.EventId, exception);
            return NoticePast.None;
        }
    }

    private async Task<List<string>> UntoldAsync(
        string handler, IReadOnlyList<InboxEntry> before, Func<WebhookEvent, bool> tells, CancellationToken cancellationToken)
    {
        var untold = new List<string>();
        foreach (var entry in before)
        {
            if (types.Read(entry) is var earlier && !tells(earlier))
            {
                continue;
            }

            var delivery = (await inbox.ListDeliveriesAsync(entry.Id, cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Handler == handler);

            // None: it is older than the handler.
            if (delivery is null or { State: DeliveryState.Succeeded })
            {
                return untold;
            }

            if (delivery.State == DeliveryState.Filtered)
            {
                continue;
            }

            untold.Insert(0, NoticeWriter.Brief(earlier, entry.EffectiveAt));
        }

        return untold.Count > 0 && before.Count == MostEvents ? [Earlier, .. untold] : untold;
    }

    private static partial class Log
    {
        [LoggerMessage(800, LogLevel.Warning, "What handler {Handler} has not told before event {Event} cannot be looked up; the message goes without it")]
        public static partial void Failed(ILogger logger, string handler, WebhookEventId @event, Exception exception);
    }
}

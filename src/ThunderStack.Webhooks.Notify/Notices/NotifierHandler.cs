using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>
/// Tells people of events. What is late and has been overtaken meanwhile is not told any more: the message that is sent in the
/// end says what happened before it, so that nobody gets a flood of old alarms when a platform is back.
/// </summary>
internal sealed class NotifierHandler(
    INoticeChannel channel, NoticeWriter writer, NoticeHistory history, NoticeTexts texts, TimeProvider time) : IWebhookHandler<WebhookEvent>
{
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        if (!texts.Tells(webhookEvent))
        {
            return;
        }

        var isLate = context.Attempt > 1 || time.GetUtcNow() - context.ReceivedAt > LateAfter;
        if (isLate && context.IsStale)
        {
            throw new SupersededException("A later event has overtaken this one; its message tells both.");
        }

        // Looked up for each message: what was passed over may have been so in another receiver, or in one that died since.
        var past = await history.LookAsync(webhookEvent, context, texts.Tells, cancellationToken).ConfigureAwait(false);
        await channel.SendAsync(texts.Apply(writer.Write(webhookEvent, context, past)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a message that says that it is a test, in the words that a recovery would have.</summary>
    public async Task SendTestAsync(string handler, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var update = new NodeStatusUpdated
        {
            Id = default,
            EventType = NodeStatusUpdated.TypeName,
            NodeId = new NodeId("test"),
            Timestamp = now,
            Status = NodeStatus.Running,
        };
        var context = new DeliveryContext
        {
            EventId = default,
            Handler = handler,
            Attempt = 1,
            ReceivedAt = now,
            IsStale = false,
            Body = default,
            Signature = default,
        };
        var notice = texts.Apply(writer.Write(update, context, NoticePast.None));
        await channel.SendAsync(
            notice with { Title = $"Test: {notice.Title}", Text = $"This is a test of the handler {handler}; nothing happened.\n{notice.Text}", Link = null }, cancellationToken).ConfigureAwait(false);
    }
}

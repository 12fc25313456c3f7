using System.Collections.Concurrent;
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

    // Nodes of which something may not have been told, as far as this process knows.
    private readonly ConcurrentDictionary<NodeId, bool> _untold = new();

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        if (!texts.Tells(webhookEvent))
        {
            return;
        }

        var isLate = context.Attempt > 1 || time.GetUtcNow() - context.ReceivedAt > LateAfter;
        if (isLate && context.IsStale)
        {
            _untold[webhookEvent.NodeId] = true;
            throw new SupersededException("A later event has overtaken this one; its message tells both.");
        }

        var looksForUntold = isLate || _untold.ContainsKey(webhookEvent.NodeId);
        var past = looksForUntold || webhookEvent is NodeStatusUpdated { Status: var status } && status == NodeStatus.Running
            ? await history.LookAsync(webhookEvent, context, texts.Tells, looksForUntold, cancellationToken)
            : NoticePast.None;
        try
        {
            await channel.SendAsync(texts.Apply(writer.Write(webhookEvent, context, past)), cancellationToken);
        }
        catch
        {
            _untold[webhookEvent.NodeId] = true;
            throw;
        }

        _untold.TryRemove(webhookEvent.NodeId, out _);
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
            notice with { Title = $"Test: {notice.Title}", Text = $"This is a test of the handler {handler}; nothing happened.\n{notice.Text}", Link = null }, cancellationToken);
    }
}

using System.Text;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>The last thousand webhooks and what came of them.</summary>
internal sealed class DeliveryLog
{
    private const int Most = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<Delivery> _deliveries = new();
    private long _count;

    /// <summary>Notes a webhook that is about to be sent.</summary>
    public Delivery Add(OutgoingWebhook webhook)
    {
        lock (_gate)
        {
            var delivery = new Delivery(this, ++_count, webhook);
            _deliveries.Enqueue(delivery);
            if (_deliveries.Count > Most)
            {
                _deliveries.Dequeue();
            }

            return delivery;
        }
    }

    /// <summary>The last ones, newest first.</summary>
    public IReadOnlyList<SentWebhook> List(string? nodeId, int limit)
    {
        lock (_gate)
        {
            return [.. _deliveries.Reverse()
                .Where(delivery => nodeId is null || delivery.Webhook.Event.NodeId == nodeId)
                .Take(limit)
                .Select(delivery => delivery.Describe())];
        }
    }

    /// <summary>A webhook in the log.</summary>
    internal sealed class Delivery(DeliveryLog log, long id, OutgoingWebhook webhook)
    {
        private readonly List<WebhookAttempt> _attempts = [];

        public OutgoingWebhook Webhook => webhook;

        public void Add(WebhookAttempt attempt)
        {
            lock (log._gate)
            {
                _attempts.Add(attempt);
            }
        }

        public SentWebhook Snapshot()
        {
            lock (log._gate)
            {
                return Describe();
            }
        }

        internal SentWebhook Describe() => new(
            id,
            webhook.Event.NodeId,
            webhook.Event.Type,
            webhook.Event.Status,
            webhook.Url,
            Encoding.UTF8.GetString(webhook.Body),
            webhook.Signature,
            webhook.Faults,
            [.. _attempts]);
    }
}

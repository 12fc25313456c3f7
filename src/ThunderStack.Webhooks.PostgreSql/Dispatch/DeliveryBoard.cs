using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>The queues of all handlers that were ever registered in this process.</summary>
internal sealed class DeliveryBoard
{
    private volatile HandlerQueue[] _queues = [];

    public IReadOnlyList<HandlerQueue> Queues => _queues;

    public HandlerQueue? Find(string handler) => Array.Find(_queues, queue => queue.Name == handler);

    public void Add(HandlerQueue queue) => _queues = [.. _queues, queue];

    /// <summary>Hands what was committed to every handler. Called by the writer, in the order of commits.</summary>
    public void Publish(IReadOnlyList<StoredEntry> entries)
    {
        if (entries.Count > 0)
        {
            ForEach(queue => queue.Add(entries));
        }
    }

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes) => ForEach(queue => queue.Touch(nodes));

    public void Poll(TimeSpan idleLimit) => ForEach(queue => queue.Poll(idleLimit));

    public void LoseAll() => ForEach(queue => queue.LoseAll());

    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var queue = Find(handler)
            ?? throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deliveries = queue.Take(max, out var wake);
            if (deliveries.Count > 0)
            {
                return deliveries;
            }

            await wake.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void ForEach(Action<HandlerQueue> action)
    {
        foreach (var queue in _queues)
        {
            action(queue);
        }
    }
}

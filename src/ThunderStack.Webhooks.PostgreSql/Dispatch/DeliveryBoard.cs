using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>The queues of all handlers that were ever registered in this process.</summary>
internal sealed class DeliveryBoard
{
    private volatile HandlerQueue[] _queues = [];

    public IReadOnlyList<HandlerQueue> Queues => _queues;

    /// <summary>The order that handlers were registered with; it is the same for all.</summary>
    public DeliveryOrdering Ordering { get; set; }

    /// <summary>The names of the handlers that take part.</summary>
    public string[] TakingPart => [.. _queues.Where(queue => queue.Ordering is not null).Select(queue => queue.Name)];

    public HandlerQueue? Find(string handler) => Array.Find(_queues, queue => queue.Name == handler);

    public void Add(HandlerQueue queue) => _queues = [.. _queues, queue];

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes)
    {
        foreach (var queue in _queues)
        {
            queue.Touch(nodes);
        }
    }

    /// <inheritdoc cref="HandlerQueue.Running"/>
    public IReadOnlyList<(int Handler, long Seq)> Running() =>
        Ordering == DeliveryOrdering.None ? [.. _queues.SelectMany(queue => queue.Running())] : [];

    public ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var queue = Find(handler)
            ?? throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");
        return queue.ClaimAsync(max, cancellationToken);
    }

    /// <inheritdoc cref="HandlerQueue.Close"/>
    public void Close()
    {
        foreach (var queue in _queues)
        {
            queue.Close();
        }
    }
}

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The queues of all handlers, what was just stored for them, and the claims made on them.</summary>
internal sealed class DeliveryBoard(EntryReader reader, UnreadableDeliveries unreadable, LatestConditionEvents latest) : IDisposable
{
    private readonly RecentEntries _recent = new();
    private volatile HandlerQueue[] _queues = [];

    /// <summary>Every handler known, also those that take no part.</summary>
    public IReadOnlyList<HandlerQueue> Queues => _queues;

    /// <summary>Whether <see cref="IInbox.RegisterHandlersAsync"/> was called: before, it is not known who takes part.</summary>
    public bool IsRegistered { get; set; }

    public HandlerQueue? Find(string handler) => Array.Find(_queues, queue => queue.Name == handler);

    public void Add(HandlerQueue queue) => _queues = [.. _queues, queue];

    /// <summary>Hands what was committed to every handler. Called by the writer, in the order of commits.</summary>
    public void Publish(IReadOnlyList<StoredEntry> entries)
    {
        var queues = _queues;
        if (entries.Count == 0 || queues.Length == 0)
        {
            return;
        }

        foreach (var entry in entries)
        {
            _recent.Add(entry);
        }

        foreach (var queue in queues)
        {
            queue.Add(entries);
        }
    }

    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var queue = Find(handler)
            ?? throw new InvalidOperationException($"The handler '{handler}' is not registered with the inbox.");
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var claims = queue.Take(max, out var wake);
            if (claims.Count > 0 && Load(queue, claims) is { Count: > 0 } deliveries)
            {
                return deliveries;
            }

            await wake.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (var queue in _queues)
        {
            queue.Dispose();
        }
    }

    /// <summary>What can be read of these. The others are claimed again later: one bad event must not hold up other nodes.</summary>
    private List<Delivery> Load(HandlerQueue queue, List<Claim> claims)
    {
        var deliveries = new List<Delivery>(claims.Count);
        foreach (var claim in claims)
        {
            InboxEntry entry;
            try
            {
                entry = _recent.Find(claim.Seq) ?? ReadAgain(queue, claim.Seq);
            }
            catch (Exception exception)
            {
                queue.Return(claim.Seq, claim.Node, claim.Attempt - 1, UnreadableDeliveries.RetryDelay);
                unreadable.Add(queue.Name, claim, exception);
                continue;
            }

            deliveries.Add(new SqliteDelivery
            {
                Queue = queue,
                Seq = claim.Seq,
                Node = claim.Node,
                Handler = queue.Name,
                Entry = entry,
                Attempt = claim.Attempt,
                IsStale = entry.Status is not null ? claim.Node.IsStale(Instant.EffectiveAt(entry)) : latest.IsStale(entry),
            });
        }

        return deliveries;
    }

    private InboxEntry ReadAgain(HandlerQueue queue, long seq)
    {
        var entry = reader.Read(seq);
        unreadable.Remove(queue.Name, seq);
        return entry;
    }
}

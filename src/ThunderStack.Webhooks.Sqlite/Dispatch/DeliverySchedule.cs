namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>
/// Which of a handler's deliveries may be claimed, and in which order. Not safe for concurrent use: its
/// <see cref="HandlerQueue"/> holds the lock. Times are those of <see cref="Uptime"/>.
/// </summary>
internal abstract class DeliverySchedule
{
    // Only what was attempted before has an entry, so that a backlog costs nothing here.
    private readonly Dictionary<long, Retry> _retries = [];

    /// <summary>When the next delivery that waits becomes due; <see langword="null"/> when none waits.</summary>
    public abstract long? NextDue { get; }

    /// <summary>Whether something can be claimed.</summary>
    public abstract bool HasReady { get; }

    /// <summary>Adds a delivery behind everything its node has waiting.</summary>
    public abstract void Add(long seq, NodeSlot node, long now);

    /// <summary>Adds one that has ended attempts behind it.</summary>
    public void Add(long seq, NodeSlot node, Retry retry, long now)
    {
        _retries[seq] = retry;
        Add(seq, node, now);
    }

    /// <summary>Claims the next delivery. Only when <see cref="HasReady"/>.</summary>
    public abstract long Take(out NodeSlot node);

    /// <summary>Counts a delivery that was claimed before this schedule was made.</summary>
    public abstract void AdoptClaim(NodeSlot node);

    /// <summary>A claim ended and its delivery is finished.</summary>
    public void Finish(long seq, NodeSlot node, long now)
    {
        if (_retries.Count > 0)
        {
            _retries.Remove(seq);
        }

        EndClaim(node, now);
    }

    /// <summary>A claim ended and its delivery is next in line again, at once or when due.</summary>
    public void Return(long seq, NodeSlot node, Retry retry, long now)
    {
        // What was released before its first attempt ended waits for nothing, and needs no entry.
        if (retry.Attempts > 0 || retry.DueAt > now)
        {
            _retries[seq] = retry;
        }

        PutBack(seq, node, now);
    }

    /// <summary>How many attempts of a delivery have ended.</summary>
    public int AttemptsOf(long seq) =>
        _retries.Count > 0 && _retries.TryGetValue(seq, out var retry) ? retry.Attempts : 0;

    /// <summary>Makes claimable what has become due.</summary>
    public abstract void Wake(long now);

    protected abstract void EndClaim(NodeSlot node, long now);

    protected abstract void PutBack(long seq, NodeSlot node, long now);

    protected long DueAt(long seq) =>
        _retries.Count > 0 && _retries.TryGetValue(seq, out var retry) ? retry.DueAt : 0;
}

/// <summary>What is known of a delivery that was attempted before.</summary>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="DueAt">When the next one is due, by <see cref="Uptime"/>.</param>
internal readonly record struct Retry(int Attempts, long DueAt);

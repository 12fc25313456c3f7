using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// A node's queue for a handler, while this replica holds it: a piece of it in memory, in the order of turns. Guarded by
/// the lock of its <see cref="HandlerQueue"/>.
/// </summary>
internal sealed class Lane(NodeSlot node, long fence, long doneThrough)
{
    /// <summary>The largest piece of a lane that is in memory.</summary>
    public const int Capacity = 64;

    private readonly List<LaneItem> _items = [];

    public NodeSlot Node => node;

    /// <summary>The claim's number: once somebody else has a higher one, this lane records nothing any more.</summary>
    public long Fence => fence;

    /// <summary>Everything of the table up to this turn has been in memory.</summary>
    public long LoadedThrough { get; private set; } = doneThrough;

    /// <summary>Whether the table may have more than that.</summary>
    public bool HasMore { get; set; } = true;

    public bool IsLoading { get; set; }

    /// <summary>Whether it is being given back; who wants something of it has to wait for that.</summary>
    public bool IsReleasing { get; set; }

    /// <summary>Whether something came while it was being given back.</summary>
    public bool WasTouched { get; set; }

    /// <summary>Whether it is no longer this replica's: what runs may end, and nothing begins.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether it is among the ready lanes.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Claims that are not settled.</summary>
    public int Running { get; private set; }

    /// <summary>Since when it has nothing to do, in milliseconds of the machine's clock.</summary>
    public long IdleSince { get; private set; } = long.MaxValue;

    /// <summary>Whether there is nothing to do, as far as is known.</summary>
    public bool IsIdle => IsEmpty && !HasMore && !IsLoading && !IsReleasing && Running == 0;

    public bool IsEmpty => _items.Count == 0;

    /// <summary>Everything up to here is finished.</summary>
    public long DoneThrough => _items.Count > 0 ? _items[0].Turn - 1 : LoadedThrough;

    /// <summary>The earliest instant at which a delivery that waits may begin.</summary>
    public long? NextDue(DeliveryOrdering ordering) => _items
        .Take(ordering == DeliveryOrdering.PerNode ? 1 : _items.Count)
        .Where(item => item.State == LaneItemState.Waiting)
        .Min(item => (long?)item.DueAt);

    /// <summary>Up to where <see cref="NextDue"/> is the whole truth.</summary>
    public long SeenThrough(DeliveryOrdering ordering) =>
        ordering == DeliveryOrdering.PerNode && _items.Count > 0 ? _items[0].Turn : LoadedThrough;

    /// <summary>Whether the next piece, of this many deliveries, should be read.</summary>
    public bool NeedsLoad(int piece) => HasMore && !IsLoading && !IsReleasing && !IsLost && _items.Count <= piece / 2;

    /// <summary>Something may have come.</summary>
    public void Touch()
    {
        WasTouched = true;
        HasMore = true;
    }

    /// <summary>
    /// Takes an event that was just committed, if nothing is missing before it and the piece is not full. Returns whether
    /// anything changed.
    /// </summary>
    public bool AddStored(StoredEntry stored, int piece)
    {
        if (IsReleasing || IsLoading || IsLost)
        {
            WasTouched = true;
            return false;
        }

        if (stored.Seq <= LoadedThrough)
        {
            return false;
        }

        if (!HasMore && _items.Count < piece && stored.Previous == LoadedThrough)
        {
            Add(new LaneItem(stored.Seq, stored.Seq, stored.Entry));
        }
        else
        {
            HasMore = true;
        }

        return true;
    }

    /// <summary>Takes what the table had behind what was loaded before.</summary>
    /// <param name="items">The deliveries.</param>
    /// <param name="through">Up to where that is everything; <see langword="null"/> when there is more.</param>
    public void AddLoaded(List<LaneItem> items, long? through)
    {
        IsLoading = false;
        items.ForEach(Add);
        LoadedThrough = Math.Max(LoadedThrough, through ?? 0);
        HasMore = through is null || WasTouched;
        WasTouched = false;
    }

    public void BeginIdling() => IdleSince = Math.Min(IdleSince, Environment.TickCount64);

    /// <summary>The next delivery that may begin, if any.</summary>
    public LaneItem? FindReady(DeliveryOrdering ordering, long now)
    {
        if (IsLost || IsReleasing)
        {
            return null;
        }

        if (ordering == DeliveryOrdering.PerNode)
        {
            return Running == 0 && _items.Count > 0 && _items[0].IsReady(now) ? _items[0] : null;
        }

        return _items.Find(item => item.IsReady(now));
    }

    public void Begin(LaneItem item)
    {
        item.State = LaneItemState.Running;
        Running++;
        IdleSince = long.MaxValue;
    }

    /// <summary>The attempt told nothing: the delivery is next in line again.</summary>
    public void PutBack(LaneItem item)
    {
        Running--;
        item.State = LaneItemState.Ready;
    }

    public void Retry(LaneItem item, long dueAt)
    {
        Running--;
        item.State = LaneItemState.Waiting;
        item.DueAt = dueAt;
        item.Attempts++;
    }

    public void Finish(LaneItem item)
    {
        Running--;
        item.State = LaneItemState.Done;
        var done = _items.FindIndex(other => other.State != LaneItemState.Done);
        _items.RemoveRange(0, done < 0 ? _items.Count : done);
    }

    private void Add(LaneItem item)
    {
        _items.Add(item);
        LoadedThrough = Math.Max(LoadedThrough, item.Turn);
    }
}

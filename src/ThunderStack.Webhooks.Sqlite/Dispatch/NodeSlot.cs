using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>A node's latest status as it is recorded.</summary>
/// <param name="Status">The status.</param>
/// <param name="EffectiveAt">Since when, in microseconds.</param>
/// <param name="Seq">The event's place in the order of receipt.</param>
/// <param name="EventId">The event that said so.</param>
internal sealed record RecordedState(NodeStatus Status, long EffectiveAt, long Seq, WebhookEventId EventId);

/// <summary>A node: its number, and its latest status. Only the writer changes it; anybody may ask what is stale.</summary>
internal sealed class NodeSlot(NodeId id, int index)
{
    private volatile RecordedState? _committed;
    private RecordedState? _proposed;

    public NodeId Id => id;

    public int Index => index;

    /// <summary>What the open transaction wants to record.</summary>
    public RecordedState Proposed => _proposed!;

    /// <summary>Whether the node has another status until then, and none that is later.</summary>
    public bool IsChangedBy(NodeStatus status, long effectiveAt) =>
        (_proposed ?? _committed) is not { } known || (effectiveAt >= known.EffectiveAt && status != known.Status);

    /// <summary>
    /// Takes a status into the open transaction unless a later one is known. Of two with the same instant the one received
    /// last counts. Returns whether this is the transaction's first change of the node.
    /// </summary>
    public bool Propose(NodeStatus status, long effectiveAt, long seq, WebhookEventId eventId)
    {
        if ((_proposed ?? _committed) is { } known && effectiveAt < known.EffectiveAt)
        {
            return false;
        }

        var isFirst = _proposed is null;
        _proposed = new RecordedState(status, effectiveAt, seq, eventId);
        return isFirst;
    }

    public void Accept()
    {
        _committed = _proposed;
        _proposed = null;
    }

    public void Reject() => _proposed = null;

    public void Restore(RecordedState state) => _committed = state;

    /// <summary>Whether a later status than one of this instant is committed.</summary>
    public bool IsStale(long effectiveAt) => _committed is { } known && effectiveAt < known.EffectiveAt;
}

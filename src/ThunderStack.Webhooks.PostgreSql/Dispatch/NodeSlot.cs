using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A node: its number in the tables, and how recent its latest status is as far as this replica knows.</summary>
internal sealed class NodeSlot(NodeId id, int number)
{
    private long _effectiveAt = long.MinValue;

    public NodeId Id => id;

    public int Number => number;

    /// <summary>The node has a status of this instant, in microseconds.</summary>
    public void Raise(long effectiveAt)
    {
        var known = Interlocked.Read(ref _effectiveAt);
        while (effectiveAt > known && Interlocked.CompareExchange(ref _effectiveAt, effectiveAt, known) is var seen && seen != known)
        {
            known = seen;
        }
    }

    /// <summary>Whether a later status than one of this instant is committed.</summary>
    public bool IsStale(long effectiveAt) => effectiveAt < Interlocked.Read(ref _effectiveAt);
}

using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The nodes seen, each with a small number that lanes are found by.</summary>
internal sealed class NodeBook
{
    private readonly ConcurrentDictionary<NodeId, NodeSlot> _slots = new();
    private int _count;

    public NodeSlot GetOrAdd(NodeId id) =>
        _slots.TryGetValue(id, out var slot) ? slot : _slots.GetOrAdd(id, key => new NodeSlot(key, Interlocked.Increment(ref _count) - 1));
}

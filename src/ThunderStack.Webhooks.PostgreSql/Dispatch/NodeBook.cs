using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>The nodes met so far. Nodes are never removed, so what is known of one stays true.</summary>
internal sealed class NodeBook
{
    private readonly ConcurrentDictionary<NodeId, NodeSlot> _slots = new();

    public NodeSlot? Find(NodeId id) => _slots.GetValueOrDefault(id);

    public NodeSlot GetOrAdd(NodeId id, int number) => _slots.GetOrAdd(id, static (id, number) => new NodeSlot(id, number), number);

    /// <summary>Forgets all: the database may be another one than before.</summary>
    public void Clear() => _slots.Clear();
}

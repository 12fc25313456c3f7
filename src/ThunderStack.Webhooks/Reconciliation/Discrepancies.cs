using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>
/// Nodes of which the cloud says something else than their last event, and since when: a webhook may still be under way. Kept
/// in memory only; after a restart the wait begins anew.
/// </summary>
internal sealed class Suspicions(TimeSpan settlingTime)
{
    private readonly Dictionary<NodeId, Suspicion> _suspicions = [];

    /// <summary>When the next of them has settled; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? NextAt => _suspicions.Count == 0 ? null : _suspicions.Values.Min(suspicion => suspicion.Since) + settlingTime;

    /// <summary>The cloud contradicts the last event. Returns whether it has done so, unchanged, for the settling time.</summary>
    public bool HasSettled(NodeId node, NodeStatus status, EventId? lastEvent, DateTimeOffset now)
    {
        if (!_suspicions.TryGetValue(node, out var suspicion) || suspicion.Status != status || suspicion.LastEvent != lastEvent)
        {
            suspicion = new Suspicion(status, lastEvent, now);
            _suspicions[node] = suspicion;
        }

        return now - suspicion.Since >= settlingTime;
    }

    /// <summary>The cloud and the last event agree, or the node is none of ours.</summary>
    public void Clear(NodeId node) => _suspicions.Remove(node);

    /// <summary>Forgets the nodes that are no longer configured.</summary>
    public void KeepOnly(IReadOnlySet<NodeId> nodes)
    {
        foreach (var node in _suspicions.Keys.Where(node => !nodes.Contains(node)).ToList())
        {
            _suspicions.Remove(node);
        }
    }

    private sealed record Suspicion(NodeStatus Status, EventId? LastEvent, DateTimeOffset Since);
}

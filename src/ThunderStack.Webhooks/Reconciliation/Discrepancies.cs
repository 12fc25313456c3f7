using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>
/// Nodes of which the cloud says something else than their last event, and since when: a webhook may still be under way. Kept
/// in memory only; after a restart the wait begins anew.
/// </summary>
internal sealed class Discrepancies(TimeSpan settlingTime)
{
    private readonly Dictionary<NodeId, Discrepancy> _discrepancies = [];

    /// <summary>When the next of them has settled; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? NextAt => _discrepancies.Count == 0 ? null : _discrepancies.Values.Min(discrepancy => discrepancy.Since) + settlingTime;

    /// <summary>The cloud contradicts the last event. Returns whether it has done so, unchanged, for the settling time.</summary>
    public bool HasSettled(NodeId node, NodeStatus status, WebhookEventId? lastEvent, DateTimeOffset now)
    {
        if (!_discrepancies.TryGetValue(node, out var discrepancy) || discrepancy.Status != status || discrepancy.LastEvent != lastEvent)
        {
            discrepancy = new Discrepancy(status, lastEvent, now);
            _discrepancies[node] = discrepancy;
        }

        return now - discrepancy.Since >= settlingTime;
    }

    /// <summary>The cloud and the last event agree, or the node is none of ours.</summary>
    public void Clear(NodeId node) => _discrepancies.Remove(node);

    /// <summary>Forgets the nodes that are no longer configured.</summary>
    public void KeepOnly(IReadOnlySet<NodeId> nodes)
    {
        foreach (var node in _discrepancies.Keys.Where(node => !nodes.Contains(node)).ToList())
        {
            _discrepancies.Remove(node);
        }
    }

    private sealed record Discrepancy(NodeStatus Status, WebhookEventId? LastEvent, DateTimeOffset Since);
}

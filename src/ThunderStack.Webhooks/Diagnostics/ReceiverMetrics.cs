using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>How the receiver, its nodes and its inbox stood when they were last looked at. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal sealed class ReceiverMetrics
{
    private static readonly NodeStatus[] Statuses =
    [
        NodeStatus.Running, NodeStatus.Starting, NodeStatus.Paused, NodeStatus.Failed, NodeStatus.InProgress, NodeStatus.Destroyed, NodeStatus.Destroying,
    ];

    private readonly NodeDirectory _nodes;
    private volatile IReadOnlyDictionary<NodeId, NodeStatus>? _statuses;
    private volatile InboxMeasures? _inbox;
    private volatile IReadOnlyCollection<string> _handlers = [];

    public ReceiverMetrics(IMeterFactory meters, IInboxAdministration inbox, PublicKeyRing keys, NodeDirectory nodes)
    {
        _nodes = nodes;
        var meter = meters.Create(WebhookMetrics.Name);
        _ = meter.CreateObservableGauge(
            "thunderstack.receiver.ready", () => inbox.Health.IsHealthy && keys.GetHealth().Status != PublicKeyHealthStatus.Unhealthy ? 1 : 0, "{receiver}",
            "Whether this receiver can take webhooks, as /healthz/ready says: 1 or 0.");
        _ = meter.CreateObservableGauge(
            "thunderstack.node.status", MeasureStatuses, "{node}", "Whether a node has this status, by the last event of it: 1 or 0. None is 1 before the first.");
        _ = meter.CreateObservableGauge(
            "thunderstack.deliveries.dead_lettered", MeasureDeadLetters, "{delivery}",
            "Dead letters that have been neither replayed nor discarded, of all receivers that share the inbox.");
        _ = meter.CreateObservableGauge(
            "thunderstack.inbox.size", () => Measure(_inbox?.Size), "By", "What the inbox takes: its files, or its tables with their indexes.");
        _ = meter.CreateObservableGauge(
            "thunderstack.inbox.free", () => Measure(_inbox?.Free), "By", "Space that is left where the inbox's file is. SQLite alone.");
    }

    /// <summary>Replaces the nodes' statuses; <see langword="null"/> when they are not known.</summary>
    public void SetStatuses(IEnumerable<NodeState>? states) => _statuses = states?.ToDictionary(state => state.NodeId, state => state.Status);

    /// <summary>Replaces what is measured of the inbox; <see langword="null"/> when it could not be.</summary>
    /// <param name="inbox">What was measured.</param>
    /// <param name="handlers">Whose dead letters are shown, if only that there are none.</param>
    public void SetInbox(InboxMeasures? inbox, IReadOnlyCollection<string> handlers) => (_handlers, _inbox) = (handlers, inbox);

    private IEnumerable<Measurement<int>> MeasureStatuses()
    {
        if (_statuses is not { } known)
        {
            yield break;
        }

        foreach (var node in _nodes.Nodes)
        {
            var current = known.TryGetValue(new NodeId(node.NodeId), out var status) ? status : (NodeStatus?)null;

            // One that the cloud has added meanwhile has a series while it lasts.
            foreach (var shown in current is { } one && !Statuses.Contains(one) ? Statuses.Append(one) : Statuses)
            {
                yield return new Measurement<int>(
                    shown == current ? 1 : 0,
                    new KeyValuePair<string, object?>("node", node.NodeId),
                    new KeyValuePair<string, object?>("status", shown.Value));
            }
        }
    }

    private IEnumerable<Measurement<long>> MeasureDeadLetters() => _inbox is { } inbox
        ? _handlers.Select(handler => new Measurement<long>(
            inbox.DeadLetters.GetValueOrDefault(handler), new KeyValuePair<string, object?>("handler", handler)))
        : [];

    private static IEnumerable<Measurement<long>> Measure(long? value) => value is { } known ? [new Measurement<long>(known)] : [];
}

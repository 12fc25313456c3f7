using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>What follows from the nodes' statuses.</summary>
internal sealed class NodeStatusConditions(
    IInboxAdministration inbox, NodeDirectory nodes, IOptions<ConditionOptions> options, TimeProvider time) : IConditionSource
{
    private Dictionary<NodeId, (WebhookEventId Last, bool IsFlapping)> _looked = [];

    public IReadOnlyCollection<ConditionKind> Kinds { get; } =
        [ConditionKind.NodeFailed, ConditionKind.NodePaused, ConditionKind.NodeStuck, ConditionKind.NodeFlapping];

    public async Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var states = await inbox.ListNodeStatesAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<Condition>();
        var looked = new Dictionary<NodeId, (WebhookEventId Last, bool IsFlapping)>();
        foreach (var state in states.Where(state => nodes.Contains(state.NodeId)))
        {
            var name = nodes.DisplayNameOf(state.NodeId);
            if (OfStatus(state, name, now) is { } condition)
            {
                found.Add(condition);
            }

            var wasFlapping = open.Any(known => known.Kind == ConditionKind.NodeFlapping && known.Subject == state.NodeId.Value);
            if (await IsFlappingAsync(state, wasFlapping, looked, now, cancellationToken).ConfigureAwait(false))
            {
                found.Add(Condition.OfNode(
                    ConditionKind.NodeFlapping, ConditionSeverity.Warning, state.NodeId, now,
                    $"Node {name} keeps changing its status: {options.Value.FlappingChanges} times or more within {options.Value.FlappingWindow}.",
                    "Look at the node's logs for what ends it each time."));
            }
        }

        _looked = looked;
        return found;
    }

    private Condition? OfStatus(NodeState state, string name, DateTimeOffset now)
    {
        if (state.Status == NodeStatus.Failed)
        {
            return Condition.OfNode(
                ConditionKind.NodeFailed, ConditionSeverity.Critical, state.NodeId, state.EffectiveAt,
                $"Node {name} has failed.", "Look at the node's logs in the cloud, and restart it.");
        }

        if (state.Status == NodeStatus.Paused)
        {
            return Condition.OfNode(
                ConditionKind.NodePaused, ConditionSeverity.Info, state.NodeId, state.EffectiveAt,
                $"Node {name} is paused.", "Start it when it is needed: a paused node still costs money.");
        }

        var isOnItsWay = state.Status == NodeStatus.Starting || state.Status == NodeStatus.InProgress;
        return isOnItsWay && now - state.EffectiveAt > options.Value.StuckAfter
            ? Condition.OfNode(
                ConditionKind.NodeStuck, ConditionSeverity.Warning, state.NodeId, state.EffectiveAt,
                $"Node {name} has been {state.Status} for longer than {options.Value.StuckAfter}.",
                "Look at the node in the cloud; if it shows no reason, ask the cloud's support.")
            : null;
    }

    /// <summary>A node is looked at when something has come of it; once it flaps, until it has been quiet for the window.</summary>
    private async Task<bool> IsFlappingAsync(
        NodeState state, bool wasFlapping, Dictionary<NodeId, (WebhookEventId Last, bool IsFlapping)> looked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isQuiet = now - state.EffectiveAt >= options.Value.FlappingWindow;
        if (isQuiet || wasFlapping)
        {
            return !isQuiet;
        }

        if (!_looked.TryGetValue(state.NodeId, out var known) || known.Last != state.EventId)
        {
            var recent = await inbox.ListAsync(
                new EventFilter { NodeId = state.NodeId, From = now - options.Value.FlappingWindow, Limit = 10 * options.Value.FlappingChanges },
                cancellationToken).ConfigureAwait(false);
            known = (state.EventId, recent.Count(entry => entry is { Status: not null, IsChange: true }) >= options.Value.FlappingChanges);
        }

        looked[state.NodeId] = known;
        return known.IsFlapping;
    }
}

using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>Puts together what the settings, the store, the nodes' own API and the cloud say of nodes.</summary>
internal sealed class NodeOverview(
    IInboxAdministration inbox, NodeDirectory nodes, CloudView cloud, EventViews events, INodeReadiness? readiness = null)
{
    private const int MostSources = 10_000;

    // What an event's source is never changes.
    private readonly ConcurrentDictionary<WebhookEventId, EventSource> _sources = new();

    /// <summary>The configured nodes, and those of which there are events still, by id.</summary>
    public async Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken)
    {
        var states = (await inbox.ListNodeStatesAsync(cancellationToken)).ToDictionary(state => state.NodeId);
        var said = await cloud.LookAsync(cancellationToken);
        var ids = nodes.Nodes.Select(node => new NodeId(node.NodeId)).Union(states.Keys).OrderBy(id => id.Value, StringComparer.Ordinal);
        var configured = nodes.Nodes.ToDictionary(node => node.NodeId, StringComparer.Ordinal);
        var views = new List<NodeView>();
        foreach (var id in ids)
        {
            var state = states.GetValueOrDefault(id);
            views.Add(new NodeView(
                id.Value,
                configured.GetValueOrDefault(id.Value)?.Name,
                configured.ContainsKey(id.Value),
                state?.Status.Value,
                state?.EffectiveAt.UtcDateTime,
                state is null ? null : await SourceOfAsync(state.EventId, cancellationToken),
                state?.EventId.ToString(),
                ReadinessView.Of(readiness?.Find(id)),
                CloudNodeView.Of(said?.GetValueOrDefault(id))));
        }

        return views;
    }

    /// <summary>One of them, with what is the matter with it and its last event.</summary>
    /// <exception cref="ManagementException">There is no such node.</exception>
    public async Task<NodeDetailView> FindAsync(NodeId id, CancellationToken cancellationToken)
    {
        var node = (await ListAsync(cancellationToken)).FirstOrDefault(node => node.Id == id.Value)
            ?? throw ManagementException.NotFound("No such node is configured, and no event has told of one.");
        var conditions = await inbox.ListConditionsAsync(closed: false, cancellationToken);
        var last = await inbox.ListAsync(new EventFilter { NodeId = id, Limit = 1 }, cancellationToken);
        return new NodeDetailView(
            node,
            [.. conditions.Where(condition => condition.NodeId == id).Select(ConditionView.Of)],
            last is [var entry, ..] ? events.Of(entry) : null,
            cloud.Problem);
    }

    private async Task<EventSource?> SourceOfAsync(WebhookEventId id, CancellationToken cancellationToken)
    {
        if (_sources.TryGetValue(id, out var known))
        {
            return known;
        }

        if (await inbox.FindAsync(id, cancellationToken) is not { } entry)
        {
            return null;
        }

        if (_sources.Count >= MostSources)
        {
            _sources.Clear();
        }

        return _sources[id] = entry.Source;
    }
}

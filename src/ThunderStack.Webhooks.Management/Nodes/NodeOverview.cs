using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>Puts together what the settings, the store, the nodes' own API and the cloud say of nodes.</summary>
internal sealed class NodeOverview(IInboxAdministration inbox, NodeDirectory nodes, CloudView cloud, INodeReadiness? readiness = null)
{
    private const int MostSources = 10_000;

    // What an event's source is never changes.
    private readonly ConcurrentDictionary<EventId, EventSource> _sources = new();

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

    private async Task<EventSource?> SourceOfAsync(EventId id, CancellationToken cancellationToken)
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

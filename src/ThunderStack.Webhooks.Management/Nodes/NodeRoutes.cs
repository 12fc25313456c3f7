using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>The nodes.</summary>
/// <param name="Items">By id.</param>
/// <param name="Next">Nothing: they are all here.</param>
/// <param name="CloudProblem">Why the cloud says nothing new of them; <see langword="null"/> when it does, or is not asked.</param>
public sealed record NodeListView(IReadOnlyList<NodeView> Items, string? Next, string? CloudProblem);

/// <summary>One node, with what is the matter with it and its last event.</summary>
/// <param name="Node">The node.</param>
/// <param name="Conditions">Its open conditions.</param>
/// <param name="LastEvent">Its last event; <see langword="null"/> when there is none.</param>
/// <param name="CloudProblem">Why the cloud says nothing new of it; <see langword="null"/> when it does, or is not asked.</param>
public sealed record NodeDetailView(NodeView Node, IReadOnlyList<ConditionView> Conditions, EventView? LastEvent, string? CloudProblem);

/// <summary>How the nodes are.</summary>
internal sealed class NodeRoutes(IManagementQueries queries) : IManagementFeature
{
    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Get<NodeListView>("/api/v1/nodes", "The nodes: status, readiness, and what the cloud says of them."), ListAsync);
        routes.Map(ManagementRoute.Get<NodeDetailView>("/api/v1/nodes/{nodeId}", "One node."), FindAsync);
    }

    private async Task ListAsync(ManagementCall call) => await call.AnswerAsync(await queries.ListNodesAsync(call.Cancelled));

    private async Task FindAsync(ManagementCall call) => await call.AnswerAsync(await queries.FindNodeAsync(call.NodeId, call.Cancelled));
}

using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>The nodes.</summary>
/// <param name="Items">By id.</param>
/// <param name="Next">Nothing: they are all here.</param>
/// <param name="CloudProblem">Why the cloud says nothing new of them; <see langword="null"/> when it does, or is not asked.</param>
internal sealed record NodeListView(IReadOnlyList<NodeView> Items, string? Next, string? CloudProblem);

/// <summary>One node, with what is the matter with it and its last event.</summary>
internal sealed record NodeDetailView(NodeView Node, IReadOnlyList<ConditionView> Conditions, EventView? LastEvent, string? CloudProblem);

/// <summary>How the nodes are.</summary>
internal sealed class NodeRoutes(IInboxAdministration inbox, NodeOverview overview, CloudView cloud, EventViews events) : IManagementFeature
{
    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Get<NodeListView>("/api/v1/nodes", "The nodes: status, readiness, and what the cloud says of them."), ListAsync);
        routes.Map(ManagementRoute.Get<NodeDetailView>("/api/v1/nodes/{nodeId}", "One node."), FindAsync);
    }

    private async Task ListAsync(ManagementCall call) =>
        await call.AnswerAsync(new NodeListView(await overview.ListAsync(call.Cancelled), null, cloud.Problem));

    private async Task FindAsync(ManagementCall call)
    {
        var id = call.NodeId;
        var node = (await overview.ListAsync(call.Cancelled)).FirstOrDefault(node => node.Id == id.Value)
            ?? throw ManagementException.NotFound("No such node is configured, and no event has told of one.");
        var conditions = await inbox.ListConditionsAsync(closed: false, call.Cancelled);
        var last = await inbox.ListAsync(new EventFilter { NodeId = id, Limit = 1 }, call.Cancelled);
        await call.AnswerAsync(new NodeDetailView(
            node,
            [.. conditions.Where(condition => condition.NodeId == id).Select(ConditionView.Of)],
            last is [var entry, ..] ? events.Of(entry) : null,
            cloud.Problem));
    }
}

using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>What the list of nodes shows.</summary>
/// <param name="All">All nodes, the worst first.</param>
/// <param name="Shown">Those that the filters let through.</param>
/// <param name="Strips">How they were in the last 24 hours.</param>
/// <param name="CloudProblem">Why the cloud says nothing new.</param>
/// <param name="Text">The text that is looked for.</param>
/// <param name="State">The state that is looked for.</param>
internal sealed record NodesModel(
    IReadOnlyList<NodeFace> All, IReadOnlyList<NodeFace> Shown, Strips Strips, string? CloudProblem, string? Text, string? State) : IPageModel
{
    public string Title => "Nodes";

    public Section Section => Section.Nodes;

    public string Live => "event condition";
}

/// <summary>What the page of a node shows.</summary>
/// <param name="Detail">The node, and what is the matter with it.</param>
/// <param name="Range">The time that its timeline is of.</param>
/// <param name="Timeline">How it was.</param>
/// <param name="Events">Its last events.</param>
/// <param name="CanAskCloud">Whether there is a token to start and stop it with.</param>
internal sealed record NodeModel(
    NodeDetailView Detail, TimelineRange Range, TimelineView Timeline, IReadOnlyList<EventView> Events, bool CanAskCloud) : IPageModel
{
    public NodeFace Face { get; } = NodeFace.Of(Detail.Node);

    public string Title => Face.Name;

    public Section Section => Section.Nodes;

    public string Live => "event condition";

    public IReadOnlyList<ConditionView> Conditions => Detail.Conditions;

    public IReadOnlyList<Stretch> Stretches { get; } =
        [.. Timeline.Segments.Select(segment => new Stretch(segment.Status, segment.From, segment.To, segment.EventId))];
}

/// <summary>The nodes, and one of them.</summary>
internal sealed class NodePages(
    IManagementQueries queries, IManagementActions actions, NodeStrips strips, TimeProvider time, PageRenderer renderer) : IManagementFeature
{
    private const int LastEvents = 20;

    public void Map(ManagementRoutes routes)
    {
        routes.Map(
            ManagementRoute.Page("/nodes", "The nodes.") with { Query = [new("text", "A part of a name or an id."), new("state", "A status, locked, or unknown.")] },
            ListAsync);
        routes.Map(
            ManagementRoute.Page("/nodes/{nodeId}", "One node.") with { Query = [new("range", "The time of the timeline: 1h, 24h, 7d or 30d.")] },
            ShowAsync);
    }

    private async Task ListAsync(ManagementCall call)
    {
        var (text, state) = (call.Text("text"), call.Text("state"));
        var nodes = await queries.ListNodesAsync(call.Cancelled);
        var all = NodeFace.Sort(nodes.Items);
        await renderer.AnswerAsync<NodesPage>(
            call,
            new NodesModel(all, [.. all.Where(face => Matches(face, text, state))], await strips.LookAsync(nodes.Items, call.Cancelled), nodes.CloudProblem, text, state));
    }

    private static bool Matches(NodeFace face, string? text, string? state) =>
        (state is null || state.Equals(face.State ?? "unknown", StringComparison.OrdinalIgnoreCase))
        && (text is null || face.Node.Id.Contains(text, StringComparison.OrdinalIgnoreCase) || face.Name.Contains(text, StringComparison.OrdinalIgnoreCase));

    private async Task ShowAsync(ManagementCall call)
    {
        var range = TimelineRange.Of(call.Text("range"));
        var detail = await queries.FindNodeAsync(call.NodeId, call.Cancelled);
        var to = time.GetUtcNow();
        var last = await queries.PageEventsAsync(new EventFilter { NodeId = call.NodeId, Limit = LastEvents }, null, call.Cancelled);
        await renderer.AnswerAsync<NodePage>(
            call,
            new NodeModel(
                detail, range, await queries.GetTimelineAsync(call.NodeId, to - range.Length, to, call.Cancelled), last.Items, actions.HasCloudToken));
    }
}

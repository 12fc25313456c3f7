using ThunderStack.Webhooks.Dashboard.Conditions;
using ThunderStack.Webhooks.Dashboard.Nodes;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Overview;

namespace ThunderStack.Webhooks.Dashboard.Overview;

/// <summary>What the first page shows.</summary>
/// <param name="View">How all of it is.</param>
/// <param name="Nodes">The nodes, the worst first.</param>
/// <param name="Strips">How they were in the last 24 hours.</param>
/// <param name="Last">The last events.</param>
internal sealed record OverviewModel(OverviewView View, IReadOnlyList<NodeFace> Nodes, Strips Strips, IReadOnlyList<EventView> Last) : IPageModel
{
    public string Title => View.Conditions.Count == 0 ? "Overview" : $"({View.Conditions.Count}) Overview";

    public Section Section => Section.Overview;

    public string Live => "event delivery condition";

    public IReadOnlyList<ConditionView> Conditions => View.Conditions;

    public ConditionContext Context { get; } = new(View.Nodes, View.Handlers);
}

/// <summary>The first page: is something broken, and what to do.</summary>
internal sealed class OverviewPages(
    IManagementQueries queries, IManagementActions actions, NodeStrips strips, PageRenderer renderer) : IManagementFeature
{
    private const int LastEvents = 12;

    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Page("/", "How all of it is."), AnswerAsync);
        routes.Map(ManagementRoute.Form("/key/refresh", "key.refresh", "Asks the cloud for its key now."), RefreshKeyAsync);
    }

    private async Task AnswerAsync(ManagementCall call)
    {
        var view = await queries.GetOverviewAsync(call.Cancelled);
        var last = await queries.PageEventsAsync(new EventFilter { Limit = LastEvents }, null, call.Cancelled);
        await renderer.AnswerAsync<OverviewPage>(
            call,
            new OverviewModel(view, NodeFace.Sort(view.Nodes), await strips.LookAsync(view.Nodes, call.Cancelled), last.Items));
    }

    private async Task RefreshKeyAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        await actions.RefreshKeyAsync(call);
        await call.RedirectAsync(form.ReturnPathOf(), new Notice("The cloud was asked for its key, and gave it."));
    }
}

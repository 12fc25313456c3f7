using ThunderStack.Webhooks.Dashboard.Pages;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Overview;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Dashboard.Overview;

/// <summary>What the first page shows.</summary>
/// <param name="View">How all of it is.</param>
/// <param name="Last">The last events.</param>
internal sealed record OverviewModel(OverviewView View, IReadOnlyList<EventView> Last) : IPageModel
{
    public string Title => "Overview";

    public Section Section => Section.Overview;

    public string Live => "event delivery condition";
}

/// <summary>The first page: is something broken, and what to do.</summary>
internal sealed class OverviewPages(SystemOverview overview, IInboxAdministration inbox, EventViews events, PageRenderer renderer) : IManagementFeature
{
    private const int LastEvents = 12;

    public void Map(ManagementRoutes routes) => routes.Map(ManagementRoute.Page("/", "How all of it is."), AnswerAsync);

    private async Task AnswerAsync(ManagementCall call)
    {
        var view = await overview.LookAsync(call.Cancelled);
        var last = await inbox.PageAsync(new EventFilter { Limit = LastEvents }, null, call.Cancelled);
        await renderer.AnswerAsync<OverviewPage>(call, new OverviewModel(view, [.. last.Items.Select(events.Of)]));
    }
}

using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Events;

/// <summary>The list of events, and one of them.</summary>
internal sealed class EventPages(
    IInboxAdministration inbox, NodeDirectory nodes, IManagementQueries queries, PageRenderer renderer) : IManagementFeature
{
    public const int PageSize = 40;

    private static readonly IReadOnlyList<QueryParameter> Parameters = [.. EventQuery.Parameters, new("cursor", "Where the page before ended.")];

    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Page("/events", "Events, the newest first.") with { Query = Parameters }, ListAsync);
        routes.Map(
            ManagementRoute.Page("/events/{eventId}", "One event, with what became of it.") with { Query = [new("verify", "true checks its signature again.")] },
            ShowAsync);
    }

    private async Task ListAsync(ManagementCall call)
    {
        var query = PageQuery.Of(call.Context.Request, Parameters.Select(parameter => parameter.Name));
        if (call.Context.Request.Query.Any(value => value.Value == ""))
        {
            // A form sends the fields that are empty, too: the address that stays says only what is asked.
            await call.RedirectAsync($"/events{query}");
            return;
        }

        var page = await queries.PageEventsAsync(EventQuery.Read(call, nodes) with { Limit = PageSize }, call.Text("cursor"), call.Cancelled);
        await renderer.AnswerAsync<EventListPage>(call, new EventListModel(
            query,
            page.Items,
            page.Next,
            [.. nodes.Nodes.Select(node => KeyValuePair.Create(node.NodeId, node.Name is { Length: > 0 } name ? name : node.NodeId)).OrderBy(node => node.Value, StringComparer.OrdinalIgnoreCase)],
            [.. (await queries.ListHandlerNamesAsync(call.Cancelled)).Order(StringComparer.Ordinal)]));
    }

    private async Task ShowAsync(ManagementCall call)
    {
        var entry = await inbox.FindAsync(call.EventId, call.Cancelled);
        var view = await queries.FindEventAsync(call.EventId, call.Cancelled);
        if (entry is null || view is null)
        {
            throw ManagementException.NotFound("There is no such event: retention has removed it, or it never came to this receiver.");
        }

        var verification = call.Switch("verify") ? await queries.VerifyEventAsync(entry, call.Cancelled) : null;
        await renderer.AnswerAsync<EventPage>(call, new EventModel(view, entry.Body, verification));
    }
}

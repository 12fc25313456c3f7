using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>The events.</summary>
internal sealed class EventRoutes(
    IInboxAdministration inbox, NodeDirectory nodes, IManagementQueries queries, EventDetails details) : IManagementFeature
{
    private const string Path = "/api/v1/events";
    private const string Bytes = "application/octet-stream";

    public void Map(ManagementRoutes routes)
    {
        routes.Map(
            ManagementRoute.Get<ListView<EventView>>(Path, "Events without their bodies, the newest first.") with { Query = [.. EventQuery.Parameters, .. Paging.Parameters] },
            ListAsync);
        routes.Map(ManagementRoute.Get<EventDetailView>($"{Path}/{{eventId}}", "One event, with its body and what became of it."), FindAsync);
        routes.Map(
            ManagementRoute.Get<string>($"{Path}/{{eventId}}/body", "The exact bytes of an event's body.") with { Answer = null, ContentType = Bytes }, SendBodyAsync);
        routes.Map(
            new ManagementRoute(HttpMethods.Post, $"{Path}/{{eventId}}/verify", ManagementRole.Read, "Checks the stored signature again, with the stored key.")
            {
                Answer = typeof(VerificationView),
            },
            VerifyAsync);
    }

    private async Task ListAsync(ManagementCall call) => await call.AnswerAsync(
        await queries.PageEventsAsync(EventQuery.Read(call, nodes) with { Limit = call.Limit() }, call.Text("cursor"), call.Cancelled));

    private async Task<InboxEntry> EntryAsync(ManagementCall call) => await inbox.FindAsync(call.EventId, call.Cancelled)
        ?? throw ManagementException.NotFound("There is no such event.");

    private async Task FindAsync(ManagementCall call) => await call.AnswerAsync(
        await details.FindAsync(call.EventId, withPending: false, call.Cancelled) ?? throw ManagementException.NotFound("There is no such event."));

    private async Task SendBodyAsync(ManagementCall call)
    {
        var entry = await EntryAsync(call);
        if (entry.Body.IsEmpty)
        {
            throw ManagementException.NotFound("Retention has removed the body of this event.");
        }

        var response = call.Context.Response;
        response.ContentType = Bytes;
        response.Headers.ContentDisposition = $"attachment; filename=\"{entry.Id}.json\"";
        response.ContentLength = entry.Body.Length;
        await response.Body.WriteAsync(entry.Body, call.Cancelled);
    }

    private async Task VerifyAsync(ManagementCall call)
    {
        var entry = await EntryAsync(call);
        await call.AnswerAsync(await queries.VerifyEventAsync(entry, call.Cancelled));
    }
}

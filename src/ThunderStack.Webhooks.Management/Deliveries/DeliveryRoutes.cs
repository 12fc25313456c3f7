using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>What became of events.</summary>
internal sealed class DeliveryRoutes(IInboxAdministration inbox, IManagementQueries queries, DeliveryChanges changes, EventViews events) : IManagementFeature
{
    private const string Path = "/api/v1/deliveries";

    // A thousand deliveries by name.
    private const int MaxBodyBytes = 256 * 1024;

    public void Map(ManagementRoutes routes)
    {
        routes.Map(
            ManagementRoute.Get<ListView<DeliveryView>>(Path, "Deliveries, those of the newest events first.") with
            {
                Query =
                [
                    new("state", "pending, scheduled, succeeded, deadLettered, discarded, filtered or superseded; without, dead letters."),
                    new("handler", "A handler's name."),
                    new("node", "A node's id."),
                    new("event", "An event's id."),
                    new("errorCode", "How they failed last."),
                    new("from", "Only events received at or after this instant."),
                    new("to", "Only events received before this instant."),
                    .. Paging.Parameters,
                ],
            },
            ListAsync);
        routes.Map(
            ManagementRoute.Get<ListView<FailureView>>($"{Path}/failures", "Dead letters by handler and error code, the most first; of the newest hundred thousand."),
            ListFailuresAsync);
        routes.Map(
            ManagementRoute.Get<ListView<LaneView>>($"{Path}/lanes", "What waits, by handler and node, the longest waiting first; at most a thousand nodes a handler.") with
            {
                Query = [new("handler", "A handler's name; without, all of them.")],
            },
            ListLanesAsync);
        Map("replay", "Hands deliveries out again. Asked twice, it replays none twice.", DeliveryAction.Replay);
        Map("discard", "Lets dead letters go; their events stay.", DeliveryAction.Discard);

        void Map(string name, string summary, DeliveryAction action) => routes.Map(
            ManagementRoute.Change<DeliveryChangeView>($"{Path}/{name}", $"deliveries.{name}", summary) with
            {
                Body = typeof(DeliveryChange),
                MaxBodyBytes = MaxBodyBytes,
                Limit = ActionLimits.Deliveries,
            },
            async call => await call.AnswerAsync(await changes.RunAsync(call, action, (await call.ReadAsync<DeliveryChange>())!)));
    }

    private async Task ListAsync(ManagementCall call)
    {
        var filter = new DeliveryFilter
        {
            State = call.Choice<DeliveryState>("state") ?? DeliveryState.DeadLettered,
            Handler = call.Text("handler"),
            NodeId = call.Text("node") is { } node ? new NodeId(node) : null,
            EventId = call.Text("event") is not { } id ? null
                : WebhookEventId.TryParse(id, out var parsed) ? parsed
                : throw ManagementException.BadRequest("event is no event's id: write its 64 hexadecimal digits."),
            ErrorCode = call.Text("errorCode"),
            From = call.Instant("from"),
            To = call.Instant("to"),
        };
        await call.AnswerAsync(await queries.PageDeliveriesAsync(filter, call.Limit(), call.Text("cursor"), call.Cancelled));
    }

    private async Task ListFailuresAsync(ManagementCall call) =>
        await call.AnswerAsync(new ListView<FailureView>(await queries.ListFailuresAsync(call.Cancelled)));

    private async Task ListLanesAsync(ManagementCall call)
    {
        var names = call.Text("handler") is { } one ? [one] : (await inbox.ListHandlersAsync(call.Cancelled)).Select(handler => handler.Name);
        var lanes = new List<LaneView>();
        foreach (var name in names)
        {
            lanes.AddRange((await inbox.ListBacklogAsync(name, call.Cancelled)).Select(lane => LaneView.Of(name, lane, events)));
        }

        await call.AnswerAsync(new ListView<LaneView>(lanes));
    }
}

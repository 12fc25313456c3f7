using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Management.Audit;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Deliveries;
using ThunderStack.Webhooks.Management.EffectiveSettings;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Nodes;
using ThunderStack.Webhooks.Management.Overview;
using ThunderStack.Webhooks.Management.Refusals;
using ThunderStack.Webhooks.Management.Stream;

namespace ThunderStack.Webhooks.Management;

/// <summary>The one door to the services that answer the API.</summary>
internal sealed class ManagementQueries(
    IInboxAdministration inbox, SystemOverview overview, NodeOverview nodes, CloudView cloud, NodeTimeline timeline, EventViews events, EventDetails details,
    EventVerifier verifier, HandlerOverview handlers, RecentRefusals refusals, SettingsInEffect settings, LivePace pace) : IManagementQueries
{
    public Task<OverviewView> GetOverviewAsync(CancellationToken cancellationToken) => overview.LookAsync(cancellationToken);

    public Task<IReadOnlyList<ConditionView>> ListConditionsAsync(CancellationToken cancellationToken) => overview.ListConditionsAsync(cancellationToken);

    public async Task<NodeListView> ListNodesAsync(CancellationToken cancellationToken) =>
        new(await nodes.ListAsync(cancellationToken), null, cloud.Problem);

    public Task<NodeDetailView> FindNodeAsync(NodeId node, CancellationToken cancellationToken) => nodes.FindAsync(node, cancellationToken);

    public Task<TimelineView> GetTimelineAsync(NodeId node, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        timeline.LookAsync(node, from, to, cancellationToken);

    public string? NameOf(NodeId node) => events.NameOf(node);

    public async Task<ListView<EventView>> PageEventsAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken)
    {
        var page = await inbox.PageAsync(filter, cursor, cancellationToken);
        return new ListView<EventView>([.. page.Items.Select(events.Of)], page.Next);
    }

    public Task<EventDetailView?> FindEventAsync(WebhookEventId id, CancellationToken cancellationToken) => details.FindAsync(id, withPending: true, cancellationToken);

    public Task<VerificationView> VerifyEventAsync(InboxEntry entry, CancellationToken cancellationToken) => verifier.VerifyAsync(entry, cancellationToken);

    public async Task<ListView<DeliveryView>> PageDeliveriesAsync(DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var page = await inbox.PageDeliveriesAsync(filter, limit, cursor, cancellationToken);
        return new ListView<DeliveryView>([.. page.Items.Select(record => DeliveryView.Of(record, events))], page.Next);
    }

    public async Task<IReadOnlyList<FailureView>> ListFailuresAsync(CancellationToken cancellationToken) =>
        [.. (await inbox.ListFailuresAsync(cancellationToken)).Select(FailureView.Of)];

    public Task<IReadOnlyList<HandlerView>> ListHandlersAsync(CancellationToken cancellationToken) => handlers.ListAsync(cancellationToken);

    public Task<IReadOnlySet<string>> ListHandlerNamesAsync(CancellationToken cancellationToken) => handlers.ListNamesAsync(cancellationToken);

    public async Task<IReadOnlyList<AuditView>> ListAuditAsync(int limit, CancellationToken cancellationToken) =>
        [.. (await inbox.ListAuditAsync(limit, cancellationToken)).Select(AuditView.Of)];

    public IReadOnlyList<RefusalView> ListRefusals() => [.. refusals.List().Select(RefusalView.Of)];

    public IReadOnlyList<SettingView> ListSettings() => [.. settings.List()];

    public TimeSpan PauseAfter(TimeSpan took) => pace.PauseAfter(took);
}

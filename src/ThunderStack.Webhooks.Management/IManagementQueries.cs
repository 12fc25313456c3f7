using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Audit;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Deliveries;
using ThunderStack.Webhooks.Management.EffectiveSettings;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Nodes;
using ThunderStack.Webhooks.Management.Overview;
using ThunderStack.Webhooks.Management.Refusals;

namespace ThunderStack.Webhooks.Management;

/// <summary>
/// What the management API answers, for pages in the same process: the same questions, and the same shapes. A service of the receiver. For what is not here,
/// ask <see cref="IInboxAdministration"/>.
/// </summary>
public interface IManagementQueries
{
    /// <summary>Looks how all of it is: conditions, nodes, handlers, the key and the inbox.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<OverviewView> GetOverviewAsync(CancellationToken cancellationToken);

    /// <summary>Lists the open conditions, the worst first.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<ConditionView>> ListConditionsAsync(CancellationToken cancellationToken);

    /// <summary>Lists the configured nodes, and those of which there are events still, by id.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<NodeListView> ListNodesAsync(CancellationToken cancellationToken);

    /// <summary>Finds a node, with its open conditions and its last event.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ManagementException">404: it is not configured, and there is no event of it.</exception>
    Task<NodeDetailView> FindNodeAsync(NodeId node, CancellationToken cancellationToken);

    /// <summary>Finds the statuses that a node had, and for how long.</summary>
    /// <param name="node">The node.</param>
    /// <param name="from">From when.</param>
    /// <param name="to">Until when.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<TimelineView> GetTimelineAsync(NodeId node, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Finds the name that the settings give to a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its name; <see langword="null"/> when it is not configured, or has none.</returns>
    string? NameOf(NodeId node);

    /// <summary>Lists events without their bodies, the newest first.</summary>
    /// <param name="filter">Which events, and how many at most.</param>
    /// <param name="cursor"><see cref="ListView{T}.Next"/> of the page before; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidCursorException">The cursor is none, or one of another database.</exception>
    Task<ListView<EventView>> PageEventsAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken);

    /// <summary>Finds an event, with all its deliveries: those too of which no attempt has ended.</summary>
    /// <param name="id">The event.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns><see langword="null"/>: there is none.</returns>
    Task<EventDetailView?> FindEventAsync(WebhookEventId id, CancellationToken cancellationToken);

    /// <summary>Checks the stored signature of an event again, with the stored key.</summary>
    /// <param name="entry">The event as it is stored.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<VerificationView> VerifyEventAsync(InboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Lists deliveries, those of the newest events first.</summary>
    /// <param name="filter">Which deliveries.</param>
    /// <param name="limit">How many at most, from 1 on. A page may be short, or empty, and still have a next one.</param>
    /// <param name="cursor"><see cref="ListView{T}.Next"/> of the page before; <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidCursorException">The cursor is none, or one of another database.</exception>
    Task<ListView<DeliveryView>> PageDeliveriesAsync(DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Counts dead letters by handler and kind of error, the most first; of the newest hundred thousand.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<FailureView>> ListFailuresAsync(CancellationToken cancellationToken);

    /// <summary>Lists the handlers, by name, with what waits for them and what their attempts came to.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<HandlerView>> ListHandlersAsync(CancellationToken cancellationToken);

    /// <summary>Lists the names alone of the handlers that take part, or ever did: that is quicker.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlySet<string>> ListHandlerNamesAsync(CancellationToken cancellationToken);

    /// <summary>Lists what people have changed, the latest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<AuditView>> ListAuditAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Lists the last requests that this replica refused since it started, the latest first.</summary>
    IReadOnlyList<RefusalView> ListRefusals();

    /// <summary>Lists the settings that are written and the defaults of the others, by key, with secrets left out.</summary>
    IReadOnlyList<SettingView> ListSettings();

    /// <summary>Says how long a page that somebody watches has to wait before it asks again, so that all of them together leave the machine to the webhooks.</summary>
    /// <param name="took">How long the last answer took: <see cref="ManagementCall.Elapsed"/>.</param>
    /// <returns>2 to 30 s.</returns>
    TimeSpan PauseAfter(TimeSpan took);
}

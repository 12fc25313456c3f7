using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>What an operator asks of a store: look, replay, discard, clean up.</summary>
public interface IInboxAdministration
{
    /// <summary>Whether appends can be committed at this moment, and why not.</summary>
    InboxHealth Health { get; }

    /// <summary>One event, or <see langword="null"/>.</summary>
    Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Events in order of receipt, newest first.</summary>
    Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>How an event's deliveries stand, one row a handler that has tried or finished it.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Dead letters, oldest first.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// What waits for a handler, a row a node that has anything waiting, the longest waiting first. Counting stops at some ten
    /// thousand deliveries, and the list at a thousand nodes: beyond, there is more than it says.
    /// </summary>
    Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken);

    /// <summary>The latest status of every node seen.</summary>
    Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken);

    /// <summary>The conditions that are open, or those that were closed last, at most 200; the latest first.</summary>
    /// <param name="closed">Whether to list closed ones.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken);

    /// <summary>
    /// Hands deliveries out again from attempt 1, behind what their node still has waiting. Returns how many. A delivery
    /// that is waiting or running already is left alone.
    /// </summary>
    Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Lets dead letters go; their events stay until retention. Returns how many.</summary>
    Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Removes events received before <paramref name="cutoff"/> and their finished deliveries; what is waiting or dead
    /// stays. Ids stay too, so that an old event that is sent again is still a duplicate. Returns how many events went.
    /// </summary>
    Task<int> ApplyRetentionAsync(DateTimeOffset cutoff, CancellationToken cancellationToken);
}

/// <summary>Whether a store can commit.</summary>
/// <param name="IsHealthy">Whether the last commit, or the last probe after a failure, succeeded.</param>
/// <param name="Reason">
/// What failed and what to do; <see langword="null"/> when nothing did. A store that commits may still be unable to read some events.
/// </param>
public readonly record struct InboxHealth(bool IsHealthy, string? Reason);

/// <summary>Which events to list.</summary>
public sealed record EventFilter
{
    /// <summary>Only this node.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>Only this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only events received at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only events received before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only events stored before this one, whatever the clocks of those who received them said; none when it is not stored.</summary>
    public EventId? Before { get; init; }

    /// <summary>How many at most.</summary>
    /// <value>100.</value>
    public int Limit { get; init; } = 100;
}

/// <summary>Which deliveries to replay or discard; everything given must hold.</summary>
public sealed record DeliveryFilter
{
    /// <summary>Only this event.</summary>
    public EventId? EventId { get; init; }

    /// <summary>Only this handler; otherwise all registered ones.</summary>
    public string? Handler { get; init; }

    /// <summary>Only this node.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>Only events received at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only events received before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only dead letters; otherwise those and what succeeded or was discarded.</summary>
    /// <value><see langword="true"/>.</value>
    public bool DeadLettersOnly { get; init; } = true;
}

/// <summary>How one delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>Not yet attempted, or being attempted.</summary>
    Pending,

    /// <summary>Waits for its next attempt.</summary>
    Scheduled,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Failed for good; kept until replayed or discarded.</summary>
    DeadLettered,

    /// <summary>Was dead; let go by an operator.</summary>
    Discarded,

    /// <summary>Left out by the handler's filter; never replayed.</summary>
    Filtered,

    /// <summary>Overtaken by a later event, which the handler was given instead.</summary>
    Superseded,
}

/// <summary>One row of the delivery history.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Handler">The handler.</param>
/// <param name="State">How it stands.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="At">When the last one ended.</param>
/// <param name="DueAt">When the next one is due.</param>
/// <param name="Error">What failed last.</param>
public sealed record DeliveryRecord(
    EventId EventId, string Handler, DeliveryState State, int Attempts, DateTimeOffset At, DateTimeOffset? DueAt, string? Error);

/// <summary>The latest status of a node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Status">Its latest status.</param>
/// <param name="EffectiveAt">When, by <see cref="InboxEntry.EffectiveAt"/>.</param>
/// <param name="EventId">The event that said so.</param>
public sealed record NodeState(NodeId NodeId, NodeStatus Status, DateTimeOffset EffectiveAt, EventId EventId);

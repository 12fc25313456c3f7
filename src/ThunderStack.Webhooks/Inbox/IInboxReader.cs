using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>
/// Reads a store from outside the process that writes it, and changes nothing: for tools, while a receiver runs or none does.
/// </summary>
public interface IInboxReader : IAsyncDisposable
{
    /// <summary>About how many events there are; counting them would read the whole store.</summary>
    Task<long> EstimateCountAsync(CancellationToken cancellationToken);

    /// <summary>One event, or <see langword="null"/>.</summary>
    Task<InboxEntry?> FindAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>
    /// The ids of stored events that end in these digits, in no order. No index helps, as ids begin with the time: every id is
    /// looked at, and no event.
    /// </summary>
    /// <param name="digits">Lower-case hexadecimal digits.</param>
    /// <param name="limit">How many to find at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<EventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken);

    /// <summary>Events in order of receipt, newest first.</summary>
    Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Every event that was stored when this was called, oldest first, page by page: the store is not held up however long the
    /// caller takes. <see cref="EventFilter.Limit"/> does not apply.
    /// </summary>
    IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>How an event's deliveries stand, one row a handler that has tried or finished it.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(EventId id, CancellationToken cancellationToken);

    /// <summary>Dead letters, oldest first.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.ListBacklogAsync"/>
    Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.ListConditionsAsync"/>
    Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.ListNodeStatesAsync"/>
    Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken);

    /// <summary>The names of all handlers that ever took part.</summary>
    Task<IReadOnlyList<string>> ListHandlersAsync(CancellationToken cancellationToken);

    /// <summary>Every key that an event was accepted with or that was trusted, as DER-encoded SubjectPublicKeyInfo by fingerprint.</summary>
    Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken);
}

using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>
/// What can be asked of a store, by the process that writes it or from outside while a receiver runs or none does. Nothing here
/// changes anything, and no question takes longer because the store has grown.
/// </summary>
public interface IInboxQueries
{
    /// <summary>The name that the database was given when it was made; no other database has it.</summary>
    Task<string> IdentifyAsync(CancellationToken cancellationToken);

    /// <summary>About how many events there are; counting them would read the whole store.</summary>
    Task<long> EstimateCountAsync(CancellationToken cancellationToken);

    /// <summary>One event, or <see langword="null"/>.</summary>
    Task<InboxEntry?> FindAsync(WebhookEventId id, CancellationToken cancellationToken);

    /// <summary>
    /// The ids of stored events that end in these digits, in no order. No index helps, as ids begin with the time: every id is
    /// looked at, and no event.
    /// </summary>
    /// <param name="digits">Lower-case hexadecimal digits.</param>
    /// <param name="limit">How many to find at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<WebhookEventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken);

    /// <summary>Events in order of receipt, newest first.</summary>
    Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Events in order of receipt, newest first, a page at a time. One question looks at so many events and no more: a page may
    /// be short, or empty, and still have a next one.
    /// </summary>
    /// <param name="filter">Which; <see cref="EventFilter.Limit"/> is the length of a page.</param>
    /// <param name="cursor">Where the page before ended, or <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidCursorException">No cursor, or one of another database.</exception>
    Task<InboxPage<InboxEntry>> PageAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Every event that was stored when this was called, oldest first, page by page: the store is not held up however long the
    /// caller takes. <see cref="EventFilter.Limit"/> does not apply.
    /// </summary>
    IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>How an event's deliveries stand, one row a handler that has tried or finished it.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(WebhookEventId id, CancellationToken cancellationToken);

    /// <summary>Every attempt of an event's deliveries that failed, oldest first.</summary>
    Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(WebhookEventId id, CancellationToken cancellationToken);

    /// <summary>Deliveries of all handlers, those of the newest events first, a page at a time, as <see cref="PageAsync"/> does.</summary>
    /// <param name="filter">Which; <see cref="DeliveryFilter.DeadLettersOnly"/> holds unless a state is given.</param>
    /// <param name="limit">The length of a page.</param>
    /// <param name="cursor">Where the page before ended, or <see langword="null"/> for the first.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidCursorException">No cursor, or one of another database.</exception>
    Task<InboxPage<DeliveryRecord>> PageDeliveriesAsync(DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Dead letters, oldest first.</summary>
    Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Dead letters by handler and kind of error, the most first; of the newest hundred thousand.</summary>
    Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(CancellationToken cancellationToken);

    /// <summary>How many deliveries <see cref="IInboxAdministration.ReplayAsync"/> would replay now, of all handlers or the filter's.</summary>
    Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken);

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

    /// <summary>All handlers that ever took part, by name.</summary>
    Task<IReadOnlyList<HandlerRecord>> ListHandlersAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What handlers' attempts came to, counted in stretches of <see cref="HandlerRate.Interval"/>; at least of the last two days.
    /// A second before a crash may be missing.
    /// </summary>
    /// <param name="from">The stretches that end after this instant.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<HandlerRate>> ListRatesAsync(DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Every key that an event was accepted with or that was trusted, as DER-encoded SubjectPublicKeyInfo by fingerprint.</summary>
    Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken);

    /// <summary>What people have changed, the latest first.</summary>
    Task<IReadOnlyList<AuditRecord>> ListAuditAsync(int limit, CancellationToken cancellationToken);
}

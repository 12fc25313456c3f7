using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>
/// The contract of a store: an event is durable before <see cref="AppendAsync"/> says so, is stored once however often it
/// arrives, and is handed to every handler until that handler's delivery is settled.
/// </summary>
/// <remarks>Every implementation passes the same contract test suite.</remarks>
public interface IInbox
{
    /// <summary>Commits an event. Never throws for a failing store: that is an outcome.</summary>
    /// <param name="entry">The event: verified, or reconciled.</param>
    /// <param name="key">
    /// The key it was verified with; kept once, so that the event can be verified again. <see langword="null"/> for a
    /// reconciled event only.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; an append already handed over may still commit.</param>
    /// <exception cref="ArgumentException">A webhook without a key, or a reconciled event with one.</exception>
    ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken);

    /// <summary>
    /// Says which handlers take part from now on. A name seen for the first time starts with events appended after this
    /// call; a known one goes on where it stopped; one that is left out keeps its place and is no longer handed anything.
    /// </summary>
    /// <param name="handlers">The names of all handlers.</param>
    /// <param name="ordering">Whether a node's events are handed to a handler one at a time.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task RegisterHandlersAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until at least one delivery of the handler is due, and claims up to <paramref name="max"/>. With
    /// <see cref="DeliveryOrdering.PerNode"/>, a node whose last claim is not settled, or waits for a retry, gives none.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; nothing is claimed.</exception>
    ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a claim. The store keeps trying until the result is durable; after a crash before that, the delivery is handed
    /// out again.
    /// </summary>
    ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a claim as <see cref="SettleAsync"/> does, and claims one more delivery of the same handler with it, for a caller that
    /// begins it at once. A store that has nothing to gain by that answers <see langword="null"/>.
    /// </summary>
    /// <returns>Another delivery, which the caller settles like any other; or <see langword="null"/>.</returns>
    async ValueTask<Delivery?> SettleAndClaimAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        await SettleAsync(delivery, settlement, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// The handlers that an operator has paused, as this process knows it: what another process changed shows within a minute.
    /// Whoever hands deliveries out claims none for these.
    /// </summary>
    IReadOnlyCollection<string> PausedHandlers => [];
}

/// <summary>In which order a handler is given events.</summary>
public enum DeliveryOrdering
{
    /// <summary>A node's events one at a time, in order of receipt; different nodes in parallel.</summary>
    PerNode,

    /// <summary>No order.</summary>
    None,
}

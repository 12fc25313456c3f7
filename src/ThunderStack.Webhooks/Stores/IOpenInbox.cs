using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// A store between opening and closing, in the parts that <see cref="HostedInbox"/> hands its calls to. One class may be all of
/// them. What each member promises, the interfaces say that <see cref="HostedInbox"/> has.
/// </summary>
/// <remarks>Everything may be called from any thread, at the same time.</remarks>
public interface IOpenInbox
{
    /// <summary>Whether appends can be committed at this moment, and why not.</summary>
    InboxHealth Health { get; }

    /// <summary>Answers questions.</summary>
    IInboxQueries Queries { get; }

    /// <summary>Replays and discards.</summary>
    IDeadLetterCommands DeadLetters { get; }

    /// <summary>Pauses handlers, and keeps who did what.</summary>
    IHandlerCommands Handlers { get; }

    /// <summary>Removes old events.</summary>
    IRetentionCommand Retention { get; }

    /// <summary>Keeps the last good keys.</summary>
    IPublicKeyStore Keys { get; }

    /// <summary>Keeps the keys that protect cookies.</summary>
    ICookieKeyStore CookieKeys { get; }

    /// <summary>Keeps conditions and duties.</summary>
    IConditionStore Conditions { get; }

    /// <summary>Keeps what is done to nodes.</summary>
    IActionStore Actions { get; }

    /// <summary>The way to the other processes that share the store.</summary>
    /// <value><see langword="null"/>: there are none.</value>
    IHintExchange? Hints => null;

    /// <inheritdoc cref="IInbox.AppendAsync"/>
    /// <remarks>The entry fits its key, and the token was not cancelled when this was called.</remarks>
    ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInbox.RegisterHandlersAsync"/>
    Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInbox.ClaimAsync"/>
    /// <returns>Deliveries of the store's own class, each of which ends with <see cref="SettleAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">No handler of this name was ever registered.</exception>
    ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken);

    /// <summary>Ends a claim, as <see cref="IInbox.SettleAsync"/> says. Called once for a delivery.</summary>
    /// <param name="delivery">What <see cref="ClaimAsync"/> gave.</param>
    /// <param name="settlement">What it came to.</param>
    /// <param name="takesNext">
    /// Whether the caller begins one more delivery of the same handler at once. A store that has nothing to gain by that ignores it.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; the claim ends all the same.</param>
    /// <returns>That delivery, or <see langword="null"/>.</returns>
    ValueTask<Delivery?> SettleAsync(ClaimedDelivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken);

    /// <summary>Measures what only gauges show; once a minute.</summary>
    Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Refuses what comes, writes what waits, and lets go of everything. Called once.</summary>
    Task CloseAsync();
}

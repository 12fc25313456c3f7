using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using EventId = ThunderStack.Webhooks.Events.EventId;

namespace ThunderStack.Webhooks.Stores;

/// <summary>A store between opening and closing. What each member means, the interfaces say that <see cref="HostedInbox"/> has.</summary>
internal interface IOpenInbox
{
    InboxHealth Health { get; }

    IInboxQueries Queries { get; }

    IDeadLetterCommands DeadLetters { get; }

    IHandlerCommands Handlers { get; }

    IRetentionCommand Retention { get; }

    IPublicKeyStore Keys { get; }

    ICookieKeyStore CookieKeys { get; }

    IConditionStore Conditions { get; }

    IActionStore Actions { get; }

    /// <summary>The way to the other processes that share the store.</summary>
    /// <value><see langword="null"/>: there are none.</value>
    IHintExchange? Hints => null;

    ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken);

    Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken);

    /// <summary>Called once for a delivery.</summary>
    ValueTask<Delivery?> SettleAsync(ClaimedDelivery delivery, Settlement settlement, bool takesNext, CancellationToken cancellationToken);

    /// <summary>Counts what only the gauges show.</summary>
    Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken);

    Task CloseAsync();
}

/// <summary>Replays and discards.</summary>
internal interface IDeadLetterCommands
{
    Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken);
}

/// <summary>Pauses handlers, and writes down who did what.</summary>
internal interface IHandlerCommands
{
    IReadOnlyCollection<string> Paused { get; }

    Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken);

    Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken);

    Task RecordAsync(AuditRecord record, CancellationToken cancellationToken);
}

/// <summary>Removes old events.</summary>
internal interface IRetentionCommand
{
    Task<int> ApplyAsync(DateTimeOffset cutoff, CancellationToken cancellationToken);
}

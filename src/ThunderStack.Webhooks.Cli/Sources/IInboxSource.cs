using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Handlers;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Status;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>An inbox, and what is known around it: asked of its database, or of the receiver that runs on it.</summary>
internal interface IInboxSource : IAsyncDisposable
{
    /// <summary>About how many events there are.</summary>
    Task<long> EstimateCountAsync(CancellationToken cancellationToken);

    /// <summary>Events, newest first.</summary>
    Task<IReadOnlyList<EventView>> ListEventsAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>Dead letters, those of the newest events first.</summary>
    Task<IReadOnlyList<DeliveryView>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>What waits, by handler and node.</summary>
    Task<IReadOnlyList<LaneView>> ListLanesAsync(CancellationToken cancellationToken);

    /// <summary>The ids of events that end in these digits; of more than two, two.</summary>
    Task<IReadOnlyList<WebhookEventId>> FindIdsAsync(string digits, CancellationToken cancellationToken);

    /// <summary>One event, or <see langword="null"/>.</summary>
    Task<EventDetailView?> FindAsync(WebhookEventId id, CancellationToken cancellationToken);

    /// <summary>Every event with its evidence, oldest first.</summary>
    IAsyncEnumerable<Evidence> ReadEvidenceAsync(EventFilter filter, CancellationToken cancellationToken);

    /// <summary>What needs a person, and, if asked for, what did until lately.</summary>
    Task<IReadOnlyList<ConditionView>> ListConditionsAsync(bool closed, CancellationToken cancellationToken);

    Task<IReadOnlyList<HandlerView>> ListHandlersAsync(CancellationToken cancellationToken);

    /// <summary>How everything stands.</summary>
    Task<InboxStatus> ReadStatusAsync(CancellationToken cancellationToken);

    /// <summary>Hands deliveries out again. Returns how many.</summary>
    Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Lets dead letters go. Returns how many.</summary>
    Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Hands nothing more to a handler, or goes on. Returns whether it was otherwise before.</summary>
    Task<bool> SetPausedAsync(string handler, bool isPaused, CancellationToken cancellationToken);
}

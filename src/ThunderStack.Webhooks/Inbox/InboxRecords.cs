using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>One row of the delivery history.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Handler">The handler.</param>
/// <param name="State">How it stands.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="At">When the last one ended; of one that none has ended of, when the event was received.</param>
/// <param name="DueAt">When the next one is due.</param>
/// <param name="Error">What failed last.</param>
public sealed record DeliveryRecord(
    WebhookEventId EventId, string Handler, DeliveryState State, int Attempts, DateTimeOffset At, DateTimeOffset? DueAt, string? Error)
{
    /// <summary>The event's node.</summary>
    public NodeId NodeId { get; init; }

    /// <summary>The kind of <see cref="Error"/>: see <see cref="Settlement.ErrorCode"/>.</summary>
    public string? ErrorCode { get; init; }
}

/// <summary>An attempt that failed.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Attempt">Which attempt it was, from 1; a replay begins anew.</param>
/// <param name="At">When it ended.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="ErrorCode">The kind of error: see <see cref="Settlement.ErrorCode"/>.</param>
/// <param name="Error">One line on what failed.</param>
public sealed record FailedAttempt(string Handler, int Attempt, DateTimeOffset At, TimeSpan Duration, string? ErrorCode, string? Error);

/// <summary>Dead letters of one handler that failed in the same way.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="ErrorCode">The kind of error; <see langword="null"/> for what a version without kinds recorded.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">When the first of them was given up.</param>
/// <param name="Newest">When the last of them was given up.</param>
/// <param name="Example">The event received last among them.</param>
/// <param name="Error">What that one failed with.</param>
public sealed record FailureGroup(
    string Handler, string? ErrorCode, int Count, DateTimeOffset Oldest, DateTimeOffset Newest, WebhookEventId Example, string? Error);

/// <summary>A handler as the store knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PausedAt">Since when nothing is handed to it; <see langword="null"/> when it is not paused.</param>
/// <param name="PausedBy">Who paused it.</param>
public sealed record HandlerRecord(string Name, DateTimeOffset? PausedAt, string? PausedBy);

/// <summary>What a handler's attempts came to in one stretch of time.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="From">When the stretch began.</param>
/// <param name="Succeeded">Attempts that succeeded.</param>
/// <param name="Failed">Attempts that failed, those that made a dead letter included.</param>
/// <param name="DeadLettered">Deliveries given up.</param>
public sealed record HandlerRate(string Handler, DateTimeOffset From, long Succeeded, long Failed, long DeadLettered)
{
    /// <summary>The length of a stretch: five minutes.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(5);
}

/// <summary>The latest status of a node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Status">Its latest status.</param>
/// <param name="EffectiveAt">When, by <see cref="InboxEntry.EffectiveAt"/>.</param>
/// <param name="EventId">The event that said so.</param>
public sealed record NodeState(NodeId NodeId, NodeStatus Status, DateTimeOffset EffectiveAt, WebhookEventId EventId);

/// <summary>What somebody has changed.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who: the name of an API key, or the command line.</param>
/// <param name="Action">What was done, such as <c>deliveries.replay</c>.</param>
/// <param name="Target">To what; a handler, a node, a filter.</param>
/// <param name="Outcome">What came of it, in a few words.</param>
public sealed record AuditRecord(DateTimeOffset At, string By, string Action, string Target, string Outcome);

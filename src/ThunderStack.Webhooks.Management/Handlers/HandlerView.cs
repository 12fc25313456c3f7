namespace ThunderStack.Webhooks.Management.Handlers;

/// <summary>A handler as this API shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsActive">Whether it takes part in this receiver; otherwise the store remembers it from before.</param>
/// <param name="Pending">How many deliveries are due; there may be more than 10,000.</param>
/// <param name="Scheduled">How many wait for their next attempt.</param>
/// <param name="OldestPendingAgeSeconds">How long the event that waits longest has waited, in seconds; <see langword="null"/> when none waits.</param>
/// <param name="Running">How many attempts run at this moment, in this replica.</param>
/// <param name="DeadLetters">How many dead letters there are, of the newest hundred thousand of all handlers.</param>
/// <param name="FailuresInARow">How many attempts have failed since the last that succeeded, in this replica.</param>
/// <param name="LastHour">What its attempts came to in the last hour, of all replicas.</param>
/// <param name="PausedAt">Since when nothing is handed to it, in UTC; <see langword="null"/> when it is not paused.</param>
/// <param name="PausedBy">Who paused it.</param>
/// <param name="OldestReceivedAt">When the event that waits longest was received, in UTC.</param>
public sealed record HandlerView(
    string Name, bool IsActive, long Pending, long Scheduled, double? OldestPendingAgeSeconds, int Running, int DeadLetters, int FailuresInARow, HandlerRateView LastHour,
    DateTime? PausedAt, string? PausedBy, DateTime? OldestReceivedAt);

/// <summary>What attempts came to.</summary>
/// <param name="Succeeded">How many succeeded.</param>
/// <param name="Failed">How many failed, and are tried again.</param>
/// <param name="DeadLettered">How many failed for good.</param>
public sealed record HandlerRateView(long Succeeded, long Failed, long DeadLettered);

/// <summary>Whether a handler is paused.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPaused">Whether nothing is handed to it now.</param>
/// <param name="IsChange">Whether it was not so before.</param>
public sealed record HandlerPauseView(string Name, bool IsPaused, bool IsChange);

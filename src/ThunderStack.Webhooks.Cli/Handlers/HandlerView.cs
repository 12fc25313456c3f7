namespace ThunderStack.Webhooks.Cli.Handlers;

/// <summary>A handler: what waits for it, what it has given up, what its attempts came to lately, whether it is paused.</summary>
internal sealed record HandlerView(
    string Handler,
    long Pending,
    long Scheduled,
    DateTimeOffset? OldestReceivedAt,
    int DeadLetters,
    HandlerRateView LastHour,
    DateTimeOffset? PausedAt,
    string? PausedBy);

/// <summary>What attempts came to.</summary>
internal sealed record HandlerRateView(long Succeeded, long Failed, long DeadLettered);

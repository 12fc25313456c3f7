using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>
/// Deliveries whose event cannot be read. Each holds up its own lane and nothing else, and is tried again: the disk may
/// have had a bad moment. Safe for concurrent use.
/// </summary>
internal sealed partial class UnreadableDeliveries(TimeProvider time, ILogger logger)
{
    /// <summary>How long one waits before it is read again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Handler, long Seq)> _deliveries = [];
    private long? _loggedAt;

    /// <summary>What to tell an operator; <see langword="null"/> while everything can be read.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                return _deliveries.Count == 0
                    ? null
                    : $"{_deliveries.Count} {(_deliveries.Count == 1 ? "delivery waits" : "deliveries wait")} for events that cannot be read: the file is damaged; restore a backup";
            }
        }
    }

    public void Add(string handler, Claim claim, Exception exception)
    {
        lock (_gate)
        {
            _deliveries.Add((handler, claim.Seq));
            if (_loggedAt is { } loggedAt && time.GetElapsedTime(loggedAt) < LogInterval)
            {
                return;
            }

            _loggedAt = time.GetTimestamp();
            Log.Unreadable(
                logger, claim.Seq, claim.Node.Id.Value, SqliteFailure.Describe(exception), handler, RetryDelay.TotalSeconds, _deliveries.Count, exception);
        }
    }

    /// <summary>A delivery's event was read after all.</summary>
    public void Remove(string handler, long seq)
    {
        lock (_gate)
        {
            _deliveries.Remove((handler, seq));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3041, Level = LogLevel.Error,
            Message = "Event number {Seq} of node {Node} cannot be read: {Reason}. What handler {Handler} has for this node waits, and it is read again every {Seconds} s; deliveries that wait like this: {Count}")]
        public static partial void Unreadable(
            ILogger logger, long seq, string node, string reason, string handler, double seconds, int count, Exception exception);
    }
}

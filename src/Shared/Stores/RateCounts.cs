using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Counts what attempts came to, until the store writes it with something else. Used by one thread at a time: a result is counted
/// once it is recorded, so that nothing has to be taken back.
/// </summary>
internal sealed class RateCounts
{
    /// <summary>How long counts are kept: what can be asked for, and a day more.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    private readonly Dictionary<(long Handler, long BeganAt), RateCount> _counts = [];

    public bool IsEmpty => _counts.Count == 0;

    public IReadOnlyList<RateCount> All => [.. _counts.Values];

    public void Add(long handler, Settlement settlement)
    {
        if (settlement.Outcome is not (DeliveryOutcome.Succeeded or DeliveryOutcome.Retry or DeliveryOutcome.DeadLettered))
        {
            return;
        }

        var interval = (long)HandlerRate.Interval.TotalMilliseconds;
        var at = Instant.ToMilliseconds(settlement.At);
        var key = (handler, at - (at % interval));
        var count = _counts.GetValueOrDefault(key, new RateCount(handler, key.Item2));
        _counts[key] = settlement.IsFailure
            ? count with { Failed = count.Failed + 1, DeadLettered = count.DeadLettered + (settlement.Outcome == DeliveryOutcome.DeadLettered ? 1 : 0) }
            : count with { Succeeded = count.Succeeded + 1 };
    }

    /// <summary>They could not be written after all.</summary>
    public void Restore(IReadOnlyList<RateCount> counts)
    {
        foreach (var count in counts)
        {
            var key = (count.Handler, count.BeganAt);
            var other = _counts.GetValueOrDefault(key, new RateCount(count.Handler, count.BeganAt));
            _counts[key] = count with
            {
                Succeeded = count.Succeeded + other.Succeeded,
                Failed = count.Failed + other.Failed,
                DeadLettered = count.DeadLettered + other.DeadLettered,
            };
        }
    }

    /// <summary>They are written.</summary>
    public void Clear() => _counts.Clear();
}

/// <summary>What a handler's attempts came to in one stretch; when it began in milliseconds since 1970.</summary>
internal readonly record struct RateCount(long Handler, long BeganAt, long Succeeded = 0, long Failed = 0, long DeadLettered = 0);

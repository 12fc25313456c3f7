namespace ThunderStack.Webhooks.Dispatch;

/// <summary>What a handler has instead of what <see cref="DispatchOptions"/> say; <see langword="null"/> is as they say.</summary>
internal sealed record HandlerLimits(int? Concurrency, TimeSpan? Timeout, IReadOnlyList<TimeSpan>? RetryDelays)
{
    public static HandlerLimits None { get; } = new(null, null, null);

    public bool Equals(HandlerLimits? other) => other is not null && Concurrency == other.Concurrency && Timeout == other.Timeout
        && (RetryDelays ?? []).SequenceEqual(other.RetryDelays ?? []);

    public override int GetHashCode() => HashCode.Combine(Concurrency, Timeout, RetryDelays?.Count);
}

namespace ThunderStack.Webhooks.Stores;

/// <summary>What is measured of a store every minute.</summary>
/// <param name="Size">What it takes, in bytes, with everything that belongs to it.</param>
/// <param name="Free">How many bytes more there is room for; <see langword="null"/> when that is not for us to see.</param>
/// <param name="DeadLetters">How many dead letters there are, by handler; counting stops at a hundred thousand.</param>
public sealed record InboxMeasures(long Size, long? Free, IReadOnlyDictionary<string, long> DeadLetters)
{
    /// <summary>How many dead letters are counted.</summary>
    public const int MostDeadLetters = 100_000;
}

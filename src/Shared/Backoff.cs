namespace ThunderStack.Webhooks;

/// <summary>How long to leave alone what fails.</summary>
internal static class Backoff
{
    // Two weeks, of a second: whatever the longest pause is, it is reached before.
    private const int MaxDoublings = 20;

    /// <summary>The pause after so many failures in a row: twice as long after each, up to the longest, which is the first where that is longer.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var pause = first * (1 << Math.Clamp(failures - 1, 0, MaxDoublings));
        return pause < longest ? pause : longest > first ? longest : first;
    }

    /// <summary>This pause, or the longer one that was asked for, up to the longest.</summary>
    public static TimeSpan OrAsked(this TimeSpan pause, TimeSpan? retryAfter, TimeSpan longest) =>
        retryAfter is { } asked && asked > pause ? (asked < longest ? asked : longest) : pause;
}

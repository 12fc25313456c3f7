namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The clock that waits are measured by: it goes on evenly, whatever happens to the wall clock.</summary>
internal static class Uptime
{
    /// <summary>Milliseconds since an instant that stays the same as long as the process runs.</summary>
    public static long Milliseconds(TimeProvider time)
    {
        // In whole numbers: a double may fall short of the millisecond that a timer has just waited for.
        var (seconds, rest) = Math.DivRem(time.GetTimestamp(), time.TimestampFrequency);
        return (seconds * 1_000) + (rest * 1_000 / time.TimestampFrequency);
    }
}

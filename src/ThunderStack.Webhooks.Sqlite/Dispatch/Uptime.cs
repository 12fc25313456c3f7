namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The clock that waits are measured by: it goes on evenly, whatever happens to the wall clock.</summary>
internal static class Uptime
{
    /// <summary>Milliseconds since an instant that stays the same as long as the process runs.</summary>
    public static long Milliseconds(TimeProvider time) => (long)time.GetElapsedTime(0).TotalMilliseconds;
}

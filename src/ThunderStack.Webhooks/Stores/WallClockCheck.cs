namespace ThunderStack.Webhooks.Stores;

/// <summary>Tells whether the wall clock was set, by the clock that nobody can set.</summary>
internal sealed class WallClockCheck(TimeProvider time)
{
    // Far more than what keeping a clock right takes in an hour, far less than what retention could notice.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>By how much the wall clock was set since the last time this was asked; zero when it was not.</summary>
    public TimeSpan TakeStep()
    {
        var (wall, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var step = wall - _wall - time.GetElapsedTime(_timestamp, timestamp);
        (_wall, _timestamp) = (wall, timestamp);
        return step.Duration() > Tolerance ? step : TimeSpan.Zero;
    }
}

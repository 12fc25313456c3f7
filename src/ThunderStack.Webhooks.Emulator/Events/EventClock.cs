namespace ThunderStack.Webhooks.Emulator.Events;

/// <summary>Timestamps that only go forward, a millisecond at least from one to the next, so that no two events are the same.</summary>
internal sealed class EventClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _last;

    public DateTimeOffset Next()
    {
        lock (_gate)
        {
            _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            return DateTimeOffset.FromUnixTimeMilliseconds(_last);
        }
    }
}

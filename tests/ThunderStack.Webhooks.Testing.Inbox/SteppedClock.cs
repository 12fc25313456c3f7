using Microsoft.Extensions.Time.Testing;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A clock whose wall time can be set while its timers and timestamps go on evenly, as a machine's do.</summary>
public sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    // The base derives it from the wall clock.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the wall clock, and nothing else.</summary>
    public void SetWallClock(DateTimeOffset now) => Interlocked.Add(ref _offset, (now - GetUtcNow()).Ticks);

    /// <summary>Sets the wall clock forward or back, and nothing else.</summary>
    public void Step(TimeSpan step) => Interlocked.Add(ref _offset, step.Ticks);
}

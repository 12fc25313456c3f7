using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace ThunderStack.Webhooks.Testing;

/// <summary>A clock that the test moves once it knows that something waits for it: every wait that was begun is counted.</summary>
public sealed class CountedClock : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public CountedClock()
    {
    }

    public CountedClock(DateTimeOffset start)
        : base(start)
    {
    }

    /// <summary>How long the waits were that were begun so far, in order.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            _waits.Enqueue(dueTime);
        }

        return timer;
    }

    /// <summary>Waits until so many waits of this kind were begun, the earlier ones included, and returns the last.</summary>
    public async Task<TimeSpan> UntilBegunAsync(int count, Func<TimeSpan, bool> kind)
    {
        await Eventually.TrueAsync(() => _waits.Count(kind) >= count, $"{count} waits should begin");
        return _waits.Where(kind).ElementAt(count - 1);
    }
}

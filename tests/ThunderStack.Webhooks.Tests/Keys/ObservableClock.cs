using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>
/// A clock that the test moves, and that tells which waits were begun: so the test moves it only once the loop is waiting.
/// </summary>
internal sealed class ObservableClock : FakeTimeProvider
{
    private static readonly TimeSpan[] Timeouts = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public ObservableClock()
        : base(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && !Timeouts.Contains(dueTime))
        {
            _waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Waits for the next wait to begin, and returns how long it is.</summary>
    public async Task<TimeSpan> NextWaitAsync() =>
        await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for the next wait to begin, and lets it end.</summary>
    public async Task PassNextWaitAsync() => Advance(await NextWaitAsync());
}

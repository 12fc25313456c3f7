namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>Calls back when something is due, however many instants are waited for. Not safe for concurrent use, but for its callback.</summary>
internal sealed class DueTimer : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PriorityQueue<long, long> _dues = new();

    public DueTimer(TimeProvider time, Action callback)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((Action)state!)(), callback, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Now, in the milliseconds that instants are given in.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Arm(long due)
    {
        var isNext = !_dues.TryPeek(out _, out var next) || due < next;
        _dues.Enqueue(due, due);
        if (isNext)
        {
            Change(due);
        }
    }

    /// <summary>Forgets what is due. Belongs into the callback.</summary>
    public void Advance()
    {
        var now = Now;
        while (_dues.TryPeek(out _, out var due) && due <= now)
        {
            _dues.Dequeue();
        }

        if (_dues.TryPeek(out _, out var next))
        {
            Change(next);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Change(long due)
    {
        // A clock that was set back, or a timer that fires early, only makes it ask again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(1, due - Now));
        _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }
}

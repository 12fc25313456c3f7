namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>
/// Answers those who wait for a commit that does not return: the disk hangs, and so does the writer. By the machine's
/// clock, because a disk hangs in real time.
/// </summary>
internal sealed class HangWatchdog : IDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly InboxWriter _writer;
    private readonly WriteQueue _queue;
    private readonly StoreHealth _health;
    private readonly TimeSpan _hungAfter;
    private readonly ITimer _timer;

    public HangWatchdog(InboxWriter writer, WriteQueue queue, StoreHealth health, TimeSpan hungAfter)
    {
        _writer = writer;
        _queue = queue;
        _health = health;
        _hungAfter = hungAfter;
        var interval = hungAfter < LongestInterval ? hungAfter : LongestInterval;
        _timer = TimeProvider.System.CreateTimer(static state => ((HangWatchdog)state!).Look(), this, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_writer.BatchAge < _hungAfter)
        {
            return;
        }

        var reason = $"the disk has not answered for {_hungAfter.TotalSeconds:0.#} s: check it";
        if (!_queue.TryAnswerStuckBatch(new WriteFailure(reason, CommitBegun: true)))
        {
            return;
        }

        // The writer, once it is back, sees the refusal first and then why, probes, and lets everybody in again.
        _health.Worsen(reason, cause: null);
        foreach (var operation in _queue.RemoveRefusable())
        {
            operation.Fail(new WriteFailure(reason));
        }
    }
}

using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>About one message a second to a chat, and 20 a minute to a group.</summary>
/// <remarks>Source: core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid this?".</remarks>
internal sealed class TelegramPace(TimeProvider time, bool isGroup)
{
    private const int MostInAMinute = 20;

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Longer would use up an attempt's time; its delivery comes back instead.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<long> _turns = new();
    private long _last;

    /// <summary>Waits for a turn, or says when to come back.</summary>
    /// <exception cref="RetryAfterException">The turn is too far away.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var turn = _turns.Count == 0 ? now : Math.Max(now, _last + Ticks(Gap));
            if (isGroup && _turns.Count == MostInAMinute)
            {
                turn = Math.Max(turn, _turns.Peek() + Ticks(Window));
            }

            wait = time.GetElapsedTime(now, turn);
            if (wait > LongestWait)
            {
                throw new RetryAfterException(wait, "Telegram takes no more messages for this chat at the moment.");
            }

            _last = turn;
            _turns.Enqueue(turn);
            if (_turns.Count > MostInAMinute)
            {
                _turns.Dequeue();
            }
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

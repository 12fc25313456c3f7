using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Whether commits work. Says so once when it changes.</summary>
internal sealed partial class StoreHealth(ILogger logger, string path, TimeProvider time)
{
    private readonly Lock _gate = new();
    private string? _reason;
    private long _badSince;

    public InboxHealth Current
    {
        get
        {
            lock (_gate)
            {
                return new InboxHealth(_reason is null, _reason);
            }
        }
    }

    public bool IsHealthy => Current.IsHealthy;

    /// <summary>Whether the file is damaged, which no waiting heals.</summary>
    public bool IsDamaged { get; private set; }

    public void Worsen(string reason, bool isDamaged, Exception? cause)
    {
        lock (_gate)
        {
            var wasHealthy = _reason is null;
            _reason = reason;
            if (isDamaged && !IsDamaged)
            {
                IsDamaged = true;
                Log.Damaged(logger, path, reason, cause);
            }
            else if (wasHealthy)
            {
                _badSince = time.GetTimestamp();
                Log.Failing(logger, path, reason, cause);
            }
        }
    }

    public void Heal()
    {
        lock (_gate)
        {
            if (_reason is null || IsDamaged)
            {
                return;
            }

            _reason = null;
            var seconds = time.GetElapsedTime(_badSince).TotalSeconds;
            Log.Healed(logger, path, seconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3001, Level = LogLevel.Error,
            Message = "The inbox {Path} cannot be written: {Reason}. Webhooks are answered 503 until it can; it is tried every second")]
        public static partial void Failing(ILogger logger, string path, string reason, Exception? exception);

        [LoggerMessage(EventId = 3002, Level = LogLevel.Information,
            Message = "The inbox {Path} can be written again, after {Seconds:0.0} s")]
        public static partial void Healed(ILogger logger, string path, double seconds);

        [LoggerMessage(EventId = 3003, Level = LogLevel.Critical,
            Message = "The inbox {Path} cannot go on: {Reason}. Webhooks are answered 503 until a restart with a sound file")]
        public static partial void Damaged(ILogger logger, string path, string reason, Exception? exception);
    }
}

using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Whether commits work. Says so once when it changes.</summary>
/// <param name="store">Which store, for the log: a path or a schema.</param>
/// <param name="logger">Told of changes.</param>
internal sealed partial class StoreHealth(string store, ILogger logger)
{
    private readonly Lock _gate = new();
    private string? _reason;
    private long _badSince;

    public InboxHealth Current
    {
        get
        {
            var reason = Volatile.Read(ref _reason);
            return new InboxHealth(reason is null, reason);
        }
    }

    public bool IsHealthy => Volatile.Read(ref _reason) is null;

    /// <summary>Whether the store is damaged, which no waiting heals.</summary>
    public bool IsDamaged { get; private set; }

    public void Worsen(string reason, Exception? cause, bool isDamaged = false)
    {
        lock (_gate)
        {
            var wasHealthy = _reason is null;
            Volatile.Write(ref _reason, reason);
            if (isDamaged && !IsDamaged)
            {
                IsDamaged = true;
                Log.Damaged(logger, store, reason, cause);
            }
            else if (wasHealthy)
            {
                _badSince = MachineClock.Milliseconds;
                Log.Failing(logger, store, reason, cause);
            }
        }
    }

    public void Heal()
    {
        lock (_gate)
        {
            if (_reason is not null && !IsDamaged)
            {
                Volatile.Write(ref _reason, null);
                Log.Healed(logger, store, (MachineClock.Milliseconds - _badSince) / 1_000.0);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3001, Level = LogLevel.Error,
            Message = "The inbox {Store} cannot be written: {Reason}. Webhooks are answered 503 until it can; it is tried again every second or sooner")]
        public static partial void Failing(ILogger logger, string store, string reason, Exception? exception);

        [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The inbox {Store} can be written again, after {Seconds:0.0} s")]
        public static partial void Healed(ILogger logger, string store, double seconds);

        [LoggerMessage(EventId = 3003, Level = LogLevel.Critical,
            Message = "The inbox {Store} cannot go on: {Reason}. Webhooks are answered 503 until a restart with a sound file")]
        public static partial void Damaged(ILogger logger, string store, string reason, Exception? exception);
    }
}

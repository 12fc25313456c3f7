using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Whether commits work. Says so once when it changes.</summary>
internal sealed partial class StoreHealth(ILogger logger)
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

    public void Worsen(string reason, Exception? cause)
    {
        lock (_gate)
        {
            var wasHealthy = _reason is null;
            Volatile.Write(ref _reason, reason);
            if (wasHealthy)
            {
                _badSince = Environment.TickCount64;
                Log.Failing(logger, reason, cause);
            }
        }
    }

    public void Heal()
    {
        lock (_gate)
        {
            if (_reason is not null)
            {
                Volatile.Write(ref _reason, null);
                Log.Healed(logger, (Environment.TickCount64 - _badSince) / 1_000.0);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3101, Level = LogLevel.Error,
            Message = "The inbox cannot be written: {Reason}. Webhooks are answered 503 until it can; it is tried every half second")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "The inbox can be written again, after {Seconds:0.0} s")]
        public static partial void Healed(ILogger logger, double seconds);
    }
}

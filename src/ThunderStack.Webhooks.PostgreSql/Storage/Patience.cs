using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Tries again for a while: a database may be starting, failing over or full of other replicas' starts.</summary>
internal static partial class Patience
{
    /// <param name="action">What to try.</param>
    /// <param name="database">Which database, for the log.</param>
    /// <param name="limits">For how long, and how often.</param>
    /// <param name="logger">Told once a minute.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InboxOpenException">It did not get better in time, or cannot.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> action, string database, InboxLimits limits, ILogger logger, CancellationToken cancellationToken)
    {
        var (startedAt, toldAt) = (MachineClock.Milliseconds, long.MinValue / 2);
        while (true)
        {
            try
            {
                return await action(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not InboxOpenException && !cancellationToken.IsCancellationRequested)
            {
                var reason = PostgreSqlFailure.Describe(exception);
                var isOver = limits.Patience != Timeout.InfiniteTimeSpan
                    && MachineClock.Milliseconds - startedAt >= limits.Patience.TotalMilliseconds;
                if (isOver || PostgreSqlFailure.IsHopeless(exception))
                {
                    throw new InboxOpenException($"The inbox cannot be opened: {reason}", exception);
                }

                if (MachineClock.Milliseconds - toldAt >= limits.Reminder.TotalMilliseconds)
                {
                    toldAt = MachineClock.Milliseconds;
                    Log.Waiting(logger, database, reason);
                }

                await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3175, Level = LogLevel.Warning, Message = "The inbox cannot be opened yet, {Database}: {Reason}. The receiver tries again")]
        public static partial void Waiting(ILogger logger, string database, string reason);
    }
}

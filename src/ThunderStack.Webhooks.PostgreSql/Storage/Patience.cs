using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Tries again for a while: a database may be starting, failing over or full of other replicas' starts.</summary>
internal static partial class Patience
{
    /// <exception cref="InboxOpenException">It did not get better in time, or cannot.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> action, InboxLimits limits, ILogger logger, CancellationToken cancellationToken)
    {
        var giveUpAt = Environment.TickCount64 + (long)limits.StartPatience.TotalMilliseconds;
        while (true)
        {
            try
            {
                return await action(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not InboxOpenException && !cancellationToken.IsCancellationRequested)
            {
                var reason = PostgreSqlFailure.Describe(exception);
                if (Environment.TickCount64 >= giveUpAt || PostgreSqlFailure.IsHopeless(exception))
                {
                    throw new InboxOpenException($"The inbox cannot be opened: {reason}", exception);
                }

                Log.Waiting(logger, reason);
                await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3175, Level = LogLevel.Warning, Message = "The inbox is not open yet: {Reason}. The receiver tries again")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

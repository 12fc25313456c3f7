using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Looks for what nothing woke this replica for: retries that are due, lanes of a replica that is gone, events whose wake-up was
/// lost. Often while something waits, rarely otherwise.
/// </summary>
internal sealed partial class Sweeper(
    NpgsqlDataSource source, SweepStatement statement, DeliveryBoard board, HandlerRegistration registration, WakeUpSender wakeUps,
    Func<bool> isListening, InboxLimits limits, ILogger logger)
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private long _repairedAt = long.MinValue / 2;

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var isFailing = false;
        while (!_stopping.IsCancellationRequested)
        {
            var interval = limits.BusySweep;
            try
            {
                interval = await SweepAsync().ConfigureAwait(false) || !isListening() ? limits.BusySweep : limits.IdleSweep;
                isFailing = false;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    Log.Failing(logger, PostgreSqlFailure.Describe(exception), exception);
                }

                isFailing = true;
            }
            catch (Exception)
            {
                // The inbox closes.
            }

            // Replicas that started together should not ask together.
            var jittered = interval * (0.9 + (Random.Shared.NextDouble() * 0.2));
            await Task.Delay(jittered, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> SweepAsync()
    {
        var handlers = board.TakingPart;
        if (handlers.Length == 0)
        {
            // Nothing is asked, and soon there may be some.
            return true;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        if (Environment.TickCount64 - _repairedAt >= limits.Repair.TotalMilliseconds)
        {
            await statement.RepairAsync(connection, handlers, limit.Token).ConfigureAwait(false);
            wakeUps.Greet();
            _repairedAt = Environment.TickCount64;
        }

        var waiting = await statement.LookAsync(connection, handlers, limit.Token).ConfigureAwait(false);
        foreach (var handler in waiting.Where(handler => handler.Value))
        {
            board.Find(handler.Key)?.Touch(null);
        }

        if (handlers.Except(waiting.Keys).Any())
        {
            await registration.RepeatAsync(limit.Token).ConfigureAwait(false);
        }

        return waiting.ContainsValue(true);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3131, Level = LogLevel.Warning, Message = "The inbox cannot be searched for what waits: {Reason}. The receiver tries again")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);
    }
}

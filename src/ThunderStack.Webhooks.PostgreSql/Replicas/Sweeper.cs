using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Looks for what nothing woke this replica for: retries that are due, lanes of a replica that is gone, events whose wake-up was
/// lost. Often while something waits, rarely otherwise.
/// </summary>
internal sealed partial class Sweeper(
    NpgsqlDataSource source, SchemaName schema, DeliveryBoard board, HandlerRegistration registration, WakeUps wakeUps,
    StalledSessions stalled, PausedHandlers paused, InboxLimits limits, ILogger logger)
{
    // Of a delivery that an older version scheduled, the delay is not known; no handler can ask for more.
    private const string LongestDelay = "95040000";

    /// <summary>
    /// Which of the handlers are there, whether anything waits for them (an event without a result, or a retry), and whether they are
    /// paused.
    /// </summary>
    public string LookSql { get; } =
        $"""
        SELECT h.name,
            EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = h.handler AND d.state = 1)
            OR EXISTS (
                SELECT FROM {schema}.lanes l JOIN {schema}.nodes n ON n.node = l.node
                WHERE l.handler = h.handler AND n.last_turn > l.done_through AND EXISTS (
                    SELECT FROM {schema}.events e WHERE e.node = l.node AND e.seq > l.done_through
                        AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = l.handler AND d.seq = e.seq))),
            h.paused_at IS NOT NULL
        FROM {schema}.handlers h WHERE h.name = ANY($1)
        """;

    /// <summary>
    /// A wait that is longer than was ever asked for comes of a clock that was set back, or of a standby with another one: it
    /// begins anew, with its own duration.
    /// </summary>
    private string RepairSql { get; } =
        $"""
        UPDATE {schema}.lanes SET lease_until = {ServerClock.Now} + lease WHERE token IS NOT NULL AND lease_until > {ServerClock.Now} + lease;
        UPDATE {schema}.deliveries SET due_at = {ServerClock.Now} + coalesce(delay, {LongestDelay})
        WHERE state = 1 AND due_at > {ServerClock.Now} + coalesce(delay, {LongestDelay})
        """;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private long _servedAt = long.MinValue / 2;
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
                interval = await SweepAsync().ConfigureAwait(false) || !wakeUps.IsListening ? limits.BusySweep : limits.IdleSweep;
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
            await Task.Delay(Jitter.Around(interval), TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> SweepAsync()
    {
        var handlers = board.TakingPart;
        if (handlers.Length == 0 && !IsTime(limits.Repair, ref _repairedAt))
        {
            // Nothing is asked, and soon there may be some.
            return true;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        if (handlers.Length == 0)
        {
            // It may be a stalled session that they wait for.
            await stalled.EndAsync(connection, limit.Token).ConfigureAwait(false);
            return true;
        }

        if (IsTime(limits.Serve, ref _servedAt))
        {
            await registration.RenewAsync(connection, limit.Token).ConfigureAwait(false);
            wakeUps.Greet();
        }

        var waiting = await LookAsync(connection, handlers, limit.Token).ConfigureAwait(false);
        if (waiting.ContainsValue(true) && IsTime(limits.Repair, ref _repairedAt))
        {
            await stalled.EndAsync(connection, limit.Token).ConfigureAwait(false);
            await connection.ExecuteAsync(RepairSql, limit.Token).ConfigureAwait(false);
        }

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

    /// <summary>Answers for each handler that is there whether something waits for it.</summary>
    private async Task<Dictionary<string, bool>> LookAsync(NpgsqlConnection connection, string[] handlers, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Timeout = 0;
        batch.Add(LookSql).With(handlers);
        var found = await batch.ReadAsync(
            skip: 0, row => (Name: row.GetString(0), IsWaiting: row.GetBoolean(1), IsPaused: row.GetBoolean(2)), cancellationToken).ConfigureAwait(false);
        paused.Names = [.. found.Where(handler => handler.IsPaused).Select(handler => handler.Name)];
        return found.ToDictionary(handler => handler.Name, handler => handler.IsWaiting, StringComparer.Ordinal);
    }

    private static bool IsTime(TimeSpan interval, ref long last)
    {
        var now = MachineClock.Milliseconds;
        if (now - last < interval.TotalMilliseconds)
        {
            return false;
        }

        last = now;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3131, Level = LogLevel.Warning, Message = "The inbox cannot be searched for what waits: {Reason}. The receiver tries again")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);
    }
}

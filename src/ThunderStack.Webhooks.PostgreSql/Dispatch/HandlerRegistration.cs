using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.PostgreSql.Moving;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>Says which handlers take part in this replica.</summary>
internal sealed partial class HandlerRegistration(
    NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, DeliveryBoard board, TimeProvider time, InboxLimits limits,
    ILogger logger)
{
    // Receivers' clocks differ. What is handed out once more costs less than what never is.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _registering = new(1, 1);
    private readonly Dictionary<string, DateTimeOffset> _registeredAt = new(StringComparer.Ordinal);

    /// <summary>Whether anything was registered yet.</summary>
    public bool IsDone { get; private set; }

    public async Task RegisterAsync(IReadOnlyCollection<string> names, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        var handlers = names.Distinct(StringComparer.Ordinal).ToArray();
        await _registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A start should not fail because the database restarts at the same time.
            await Patience.RunAsync(
                token => SaveAsync(handlers, [.. board.TakingPart.Except(handlers)], since: null, token), $"schema {schema}", limits, logger, cancellationToken)
                .ConfigureAwait(false);
            board.Ordering = ordering;
            foreach (var name in handlers.Where(name => board.Find(name) is null))
            {
                board.Add(new HandlerLanes(name));
                _registeredAt[name] = time.GetUtcNow();
            }

            foreach (var handler in board.Handlers)
            {
                handler.Register(handlers.Contains(handler.Name) ? ordering : null);
            }

            IsDone = true;
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>
    /// Registers again what the database has forgotten: it failed over to a standby, or was restored, from before a handler came.
    /// Such a handler begins where it first began, give or take the difference of clocks.
    /// </summary>
    public async Task RepeatAsync(CancellationToken cancellationToken)
    {
        await _registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var handlers = board.TakingPart;
            var since = handlers.Select(name => _registeredAt[name]).DefaultIfEmpty().Min() - ClockDifference;
            Log.Again(logger, string.Join(", ", handlers));
            await SaveAsync(handlers, [], since, cancellationToken).ConfigureAwait(false);
            board.Touch(null);
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Says again which handlers this replica serves; not while that changes.</summary>
    public async Task RenewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ServeAsync(connection, "clock_timestamp()", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Says that this replica serves nothing any more. Others that do say so at once.</summary>
    public async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        await ServeAsync(connection, "NULL", limit.Token).ConfigureAwait(false);
    }

    private async Task ServeAsync(NpgsqlConnection connection, string at, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateBatch(connection);
        batch.Add($"UPDATE {schema}.handlers SET served_at = {at} WHERE name = ANY($1)").With(board.TakingPart);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> SaveAsync(string[] names, string[] leftOut, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateBatch(connection);
        batch.AddRegistrationLock(schema);
        batch.Add(
            $"""
            INSERT INTO {schema}.handlers(name, served_at) SELECT unnest($1), clock_timestamp()
            WHERE NOT EXISTS ({MoveRecord.UnfinishedSql(schema)})
            ON CONFLICT (name) DO UPDATE SET served_at = excluded.served_at
            """).With(names);
        batch.Add($"UPDATE {schema}.handlers SET served_at = NULL WHERE name = ANY($1)").With(leftOut);

        // Only a new handler lacks its lanes. It starts behind what its nodes have had.
        batch.Add(
            $"""
            INSERT INTO {schema}.lanes(handler, node, done_through)
            SELECT h.handler, n.node, CASE WHEN $2 IS NULL THEN n.last_turn ELSE coalesce((
                SELECT e.seq FROM {schema}.events e WHERE e.node = n.node AND e.received_at < $2 ORDER BY e.seq DESC LIMIT 1), 0) END
            FROM {schema}.handlers h CROSS JOIN {schema}.nodes n WHERE h.name = ANY($1)
            ON CONFLICT DO NOTHING
            """).With(names).WithInstant(since);
        batch.Add(MoveRecord.UnfinishedSql(schema));
        var moves = await batch.ReadAsync(skip: 2, _ => true, cancellationToken).ConfigureAwait(false);
        return moves.Count > 0 ? throw MoveRecord.Unfinished(schema) : true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3151, Level = LogLevel.Warning,
            Message = "The database does not know the handlers {Handlers} any more: it is an older copy. They are registered again, and get what came since they first were")]
        public static partial void Again(ILogger logger, string handlers);
    }
}

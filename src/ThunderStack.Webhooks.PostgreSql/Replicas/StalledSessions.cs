using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Ends the sessions of receivers that stopped in the middle of a transaction: a machine that was paused, or vanished, once a
/// part of its statements had arrived. What they lock would stop every other replica until they go on.
/// </summary>
/// <remarks>
/// <c>statement_timeout</c> does not end them, because the server waits for the client between two statements, and neither does
/// <c>idle_in_transaction_session_timeout</c>, because the batch has not ended. <c>transaction_timeout</c> would, from PostgreSQL
/// 17 on. Another program's session is left alone, whatever it locks.
/// </remarks>
internal sealed partial class StalledSessions(SchemaName schema, InboxLimits limits, ILogger logger)
{
    // No replica that runs is silent between two statements for as long as one of them may take.
    private const string Sql =
        """
        SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid)) FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.usename = current_user AND a.application_name = current_setting('application_name')
            AND a.state <> 'idle' AND a.wait_event_type = 'Client' AND a.state_change < clock_timestamp() - $2 * interval '1 ms'
            AND EXISTS (
                SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.mode <> 'AccessShareLock' AND (
                    l.relation IN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)
                    OR l.locktype = 'advisory' AND l.objid = hashtext($1)::oid))
        """;

    private readonly double _quiet = limits.StatementTimeout.TotalMilliseconds;

    public void End(NpgsqlConnection connection)
    {
        using var command = CreateCommand(connection);
        Report(command.ExecuteScalar());
    }

    public async Task EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(connection);
        Report(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false));
    }

    private NpgsqlCommand CreateCommand(NpgsqlConnection connection) => new(Sql, connection)
    {
        CommandTimeout = limits.StatementSeconds,
        Parameters = { new NpgsqlParameter<string> { TypedValue = schema.Value }, new NpgsqlParameter<double> { TypedValue = _quiet } },
    };

    private void Report(object? ended)
    {
        if (ended is > 0L)
        {
            Log.Ended(logger, limits.StatementTimeout.TotalSeconds, (long)ended);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3181, Level = LogLevel.Warning,
            Message = "Database sessions ended, of receivers that were silent for over {Seconds} s in the middle of a transaction and held its locks: {Sessions}. Their machine is paused, overloaded or unreachable")]
        public static partial void Ended(ILogger logger, double seconds, long sessions);
    }
}

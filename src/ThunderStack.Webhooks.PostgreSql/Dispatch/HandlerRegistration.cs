using Microsoft.Extensions.Logging;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>Says which handlers take part in this replica.</summary>
internal sealed partial class HandlerRegistration(
    NpgsqlDataSource source, SchemaName schema, Guard guard, DeliveryBoard board, Membership membership,
    Func<string, int, HandlerQueue> createQueue, InboxLimits limits, ILogger logger)
{
    private readonly SemaphoreSlim _registering = new(1, 1);

    /// <summary>Whether anything was registered yet.</summary>
    public bool IsDone { get; private set; }

    public async Task RegisterAsync(IReadOnlyCollection<string> names, DeliveryOrdering ordering, CancellationToken cancellationToken)
    {
        var handlers = names.Distinct(StringComparer.Ordinal).ToArray();
        await _registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ids = await SaveWithPatienceAsync(handlers, cancellationToken).ConfigureAwait(false);
            foreach (var (name, id) in ids)
            {
                if (board.Find(name) is null)
                {
                    board.Add(createQueue(name, id));
                    Log.Started(logger, name);
                }
            }

            foreach (var queue in board.Queues)
            {
                queue.Register(ids.ContainsKey(queue.Name) ? ordering : null);
            }

            IsDone = true;
        }
        finally
        {
            _registering.Release();
        }
    }

    // A start should not fail because the database restarts at the same time.
    private async Task<Dictionary<string, int>> SaveWithPatienceAsync(string[] names, CancellationToken cancellationToken)
    {
        var giveUpAt = Environment.TickCount64 + (long)limits.StartPatience.TotalMilliseconds;
        while (true)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(limits.StatementTimeout);
                var ids = await SaveAsync(names, limit.Token).ConfigureAwait(false);
                await membership.ServeAsync([.. ids.Values], limit.Token).ConfigureAwait(false);
                return ids;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Environment.TickCount64 < giveUpAt)
            {
                Log.Waiting(logger, PostgreSqlFailure.Describe(exception));
                await Task.Delay(limits.ProbeInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Dictionary<string, int>> SaveAsync(string[] names, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = guard.CreateBatch(connection);
        batch.Add(RegistrationLock.Sql).With(RegistrationLock.Class).With(schema.Value);
        batch.Add($"INSERT INTO {schema}.handlers(name) SELECT unnest($1) ON CONFLICT DO NOTHING").With(names);

        // Only a new handler lacks its lanes. It starts behind what its nodes have had.
        batch.Add(
            $"""
            INSERT INTO {schema}.lanes(handler, node, done_through)
            SELECT h.handler, n.node, n.last_turn FROM {schema}.handlers h CROSS JOIN {schema}.nodes n WHERE h.name = ANY($1)
            ON CONFLICT DO NOTHING
            """).With(names);
        batch.Add($"SELECT name, handler FROM {schema}.handlers WHERE name = ANY($1)").With(names);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ids.Add(reader.GetString(0), reader.GetInt32(1));
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return ids;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3151, Level = LogLevel.Information, Message = "Handler {Handler} takes part.")]
        public static partial void Started(ILogger logger, string handler);

        [LoggerMessage(EventId = 3152, Level = LogLevel.Warning, Message = "The handlers cannot be registered yet: {Reason}.")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Removes old events, slice by slice, so that nothing is held up for long. Their ids stay.</summary>
internal sealed class RetentionCommand(
    NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, HandlerRegistration registration, InboxLimits limits)
    : IRetentionCommand
{
    // Handlers that some replica serves have to have finished an event: it says so every half minute. Before this one has said
    // which it serves, all of them.
    private string CountedSql { get; } =
        $"""
        SELECT h.handler, $1 OR coalesce(h.served_at > clock_timestamp() - interval '1 hour', false) FROM {schema}.handlers h
        """;

    public string SliceSql { get; } =
        $"""
        WITH slice AS MATERIALIZED (
            SELECT e.seq, e.node, e.received_at < $2 AS is_old FROM {schema}.events e WHERE e.seq > $1 ORDER BY e.seq LIMIT $3
        ), gone AS (
            DELETE FROM {schema}.events e USING slice s
            WHERE e.seq = s.seq AND s.is_old
                AND NOT EXISTS (
                    SELECT FROM unnest($5::integer[]) AS a(handler)
                    JOIN {schema}.deliveries d ON d.handler = a.handler AND d.seq = e.seq WHERE d.state IN (1, 3))
                AND NOT EXISTS (
                    SELECT FROM unnest($4::integer[]) AS c(handler)
                    JOIN {schema}.lanes l ON l.handler = c.handler AND l.node = e.node
                    WHERE l.done_through < e.seq
                        AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = c.handler AND d.seq = e.seq))
            RETURNING e.seq
        ), attempts AS (
            DELETE FROM {schema}.failed_attempts f USING gone g WHERE f.seq = g.seq
        ), history AS (
            DELETE FROM {schema}.deliveries d USING gone g WHERE d.handler = ANY($5) AND d.seq = g.seq
        )
        SELECT (SELECT count(*) FROM gone), (SELECT max(seq) FROM slice), count(*), count(*) FILTER (WHERE is_old) FROM slice
        """;

    public async Task<int> ApplyAsync(DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var removed = 0L;
        for (var slice = new Slice(0, 0, false); !slice.IsLast; removed += slice.Removed)
        {
            var (counted, all) = await ReadHandlersAsync(connection, cancellationToken).ConfigureAwait(false);
            slice = await RemoveAsync(connection, slice.Through, Instant.ToMilliseconds(cutoff), counted, all, cancellationToken).ConfigureAwait(false);
        }

        return (int)removed;
    }

    private async Task<(int[] Counted, int[] All)> ReadHandlersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateLookUp(connection);
        batch.Add(CountedSql).With(!registration.IsDone);
        var handlers = await batch.ReadAsync(skip: 1, row => (Id: row.GetInt32(0), IsCounted: row.GetBoolean(1)), cancellationToken)
            .ConfigureAwait(false);
        return ([.. handlers.Where(handler => handler.IsCounted).Select(handler => handler.Id)], [.. handlers.Select(handler => handler.Id)]);
    }

    private async Task<Slice> RemoveAsync(
        NpgsqlConnection connection, long after, long before, int[] counted, int[] all, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateLookUp(connection);
        batch.AddMaintenanceLock(schema);
        batch.Add(SliceSql).With(after).With(before).With(limits.RetentionSlice).With(counted).With(all);

        // Events lie in order of receipt: after a whole slice of young ones there are no old ones, give or take a clock.
        var slices = await batch.ReadAsync(
            skip: 2,
            row => new Slice(row.GetInt64(0), row.Number(1) ?? after, row.GetInt64(2) < limits.RetentionSlice || row.GetInt64(3) == 0),
            cancellationToken).ConfigureAwait(false);
        return slices[0];
    }

    private readonly record struct Slice(long Removed, long Through, bool IsLast);
}

using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Records a batch of results. Of a lane that somebody else has claimed since, it records nothing.</summary>
internal sealed class SettleStatement(SchemaName schema, Guard guard)
{
    private const int MaxErrorLength = 1_000;

    public string Sql { get; } =
        $"""
        WITH held AS (
            UPDATE {schema}.lanes l SET
                done_through = greatest(l.done_through, x.done_through),
                owner = CASE WHEN x.is_release THEN NULL ELSE l.owner END,
                due_at = x.due_at,
                seen = x.seen
            FROM unnest($1, $2, $3, $4, $5, $6, $7) AS x(handler, node, fence, done_through, is_release, due_at, seen)
            WHERE l.handler = x.handler AND l.node = x.node AND l.fence = x.fence
            RETURNING l.handler, l.node, l.fence
        ), saved AS (
            INSERT INTO {schema}.deliveries(handler, seq, node, turn, state, attempts, at, due_at, error)
            SELECT d.handler, d.seq, d.node, d.turn, d.state, d.attempts, d.at, d.due_at, d.error
            FROM unnest($8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                AS d(handler, seq, node, fence, turn, state, attempts, at, due_at, error)
            JOIN held h ON h.handler = d.handler AND h.node = d.node AND h.fence = d.fence
            ON CONFLICT (handler, seq) DO UPDATE SET
                turn = excluded.turn, state = excluded.state, attempts = excluded.attempts, at = excluded.at,
                due_at = excluded.due_at, error = excluded.error
        )
        SELECT handler, node, fence FROM held
        """;

    /// <summary>Returns the lanes that are still held, by handler, node and fence.</summary>
    public async Task<HashSet<(int Handler, int Node, long Fence)>> ExecuteAsync(
        NpgsqlConnection connection, IReadOnlyList<SettleOperation> operations, CancellationToken cancellationToken)
    {
        // Once each: the last word on a lane, and on a delivery.
        var lanes = operations.GroupBy(operation => operation.Lane).Select(group => group.Last()).ToList();
        var deliveries = operations.Where(operation => operation.Item is not null)
            .GroupBy(operation => (operation.Queue.Id, operation.Item!.Seq, operation.Lane.Fence)).Select(group => group.Last()).ToList();

        await using var batch = guard.CreateBatch(connection);
        batch.Add(Sql)
            .With(Column(lanes, lane => lane.Queue.Id))
            .With(Column(lanes, lane => lane.Lane.Node.Number))
            .With(Column(lanes, lane => lane.Lane.Fence))
            .With(Column(lanes, lane => lane.DoneThrough))
            .With(Column(lanes, lane => lane.IsRelease))
            .With(Column(lanes, lane => lane.DueAt))
            .With(Column(lanes, lane => lane.Seen))
            .With(Column(deliveries, delivery => delivery.Queue.Id))
            .With(Column(deliveries, delivery => delivery.Item!.Seq))
            .With(Column(deliveries, delivery => delivery.Lane.Node.Number))
            .With(Column(deliveries, delivery => delivery.Lane.Fence))
            .With(Column(deliveries, delivery => delivery.Item!.Turn))
            .With(Column(deliveries, delivery => (short)delivery.State))
            .With(Column(deliveries, delivery => delivery.Attempts))
            .With(Column(deliveries, delivery => Instant.ToMilliseconds(delivery.Settlement.At)))
            .With(Column(deliveries, delivery => delivery.State == DeliveryState.Scheduled
                ? Instant.ToMilliseconds(delivery.Settlement.At + delivery.Settlement.Delay)
                : (long?)null))
            .With(Column(deliveries, delivery => StoredText.Encode(Shorten(delivery.Settlement.Error))), NpgsqlDbType.Array | NpgsqlDbType.Text);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var held = new HashSet<(int, int, long)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            held.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2)));
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return held;
    }

    private static T[] Column<T>(List<SettleOperation> rows, Func<SettleOperation, T> value) => [.. rows.Select(value)];

    private static string? Shorten(string? error)
    {
        if (error is not { Length: > MaxErrorLength })
        {
            return error;
        }

        // Never through the middle of a surrogate pair.
        return error[..(char.IsHighSurrogate(error[MaxErrorLength - 1]) ? MaxErrorLength - 1 : MaxErrorLength)];
    }
}

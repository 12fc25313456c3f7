using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Moving;
using ThunderStack.Webhooks.PostgreSql.Administration;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>Reads back what was moved, in the eyes of a receiver: what its lanes would not find is not there.</summary>
internal sealed class MoveReader(NpgsqlDataSource source, SchemaName schema, TimeSpan timeout)
{
    private const int PageSize = 500;

    private readonly InboxQueries _queries = new(source, schema, new TransactionSettings(timeout, allowDataLoss: true));

    private string PageSql { get; } =
        $"""
        SELECT {EntryColumns.Select}, i.id, i.seq
        FROM {schema}.event_ids i LEFT JOIN {schema}.events e ON e.seq = i.seq
            LEFT JOIN {schema}.nodes n ON n.node = e.node LEFT JOIN {schema}.public_keys k ON k.key = e.key
        WHERE i.id > $1 ORDER BY i.id LIMIT $2
        """;

    private string DeliveriesSql { get; } =
        $"""
        SELECT e.seq, h.name, d.state, d.turn, d.attempts, d.at, d.due_at, d.error
        FROM unnest($1) AS u(seq) JOIN {schema}.events e ON e.seq = u.seq CROSS JOIN {schema}.handlers h
            JOIN {schema}.lanes l ON l.handler = h.handler AND l.node = e.node
            LEFT JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = e.seq
        WHERE d.state IS NOT NULL OR e.seq > l.done_through
        """;

    public async Task<IReadOnlyList<MovedEvent>> ReadAsync(WebhookEventId? after, CancellationToken cancellationToken)
    {
        var page = await _queries.ReadAsync(
            PageSql,
            command => command.With(after is { } id ? id.ToByteArray() : []).With(PageSize),
            row => (
                Id: new WebhookEventId(row.GetFieldValue<byte[]>(EntryColumns.Count)),
                Place: row.GetInt64(EntryColumns.Count + 1),
                Entry: row.IsDBNull(0) ? null : EntryColumns.Read(row)),
            cancellationToken).ConfigureAwait(false);
        var deliveries = (await _queries.ReadAsync(
                DeliveriesSql,
                command => command.With(page.Select(row => row.Place).ToArray()),
                row => (Place: row.GetInt64(0), Delivery: ReadDelivery(row)),
                cancellationToken).ConfigureAwait(false))
            .ToLookup(row => row.Place, row => row.Delivery);
        return [.. page.Select(row => new MovedEvent(row.Id, row.Place, row.Entry, [.. deliveries[row.Place].OrderBy(delivery => delivery.Handler, StringComparer.Ordinal)]))];
    }

    public async Task<MovedFrame> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var nodes = await _queries.ListNodeStatesAsync(cancellationToken).ConfigureAwait(false);
        var keys = await _queries.ListKeysAsync(cancellationToken).ConfigureAwait(false);
        return new MovedFrame(
            [],
            [.. nodes.OrderBy(node => node.NodeId.Value, StringComparer.Ordinal)],
            keys,
            new Dictionary<string, IReadOnlyList<StoredPublicKey>>(),
            LastTurn: 0);
    }

    private static MovedDelivery ReadDelivery(NpgsqlDataReader row)
    {
        var (place, handler) = (row.GetInt64(0), row.GetString(1));
        if (row.IsDBNull(2))
        {
            return MovedDelivery.Pending(handler, place);
        }

        var state = (DeliveryState)row.GetInt16(2);
        return new MovedDelivery(
            handler,
            state,
            state == DeliveryState.Scheduled ? row.GetInt64(3) : place,
            row.GetInt32(4),
            Instant.FromMilliseconds(row.GetInt64(5)),
            Instant.FromMilliseconds(row.Number(6)),
            row.Text(7));
    }
}

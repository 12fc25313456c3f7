using NpgsqlTypes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Moving;
using ThunderStack.Webhooks.PostgreSql.Administration;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>
/// Stores what comes from another inbox, in the caller's transaction. Handlers, nodes and keys are looked up by name in the
/// statements that need their numbers.
/// </summary>
internal sealed class MoveWriter(SchemaName schema, MoveRecord record)
{
    private string EventsSql { get; } =
        $"""
        INSERT INTO {schema}.events(seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, signature, body, changed)
        SELECT u.seq, u.id, n.node, u.source, u.type, u.status, u.event_timestamp, u.occurred_at, u.received_at, k.key, u.signature, u.body, u.changed
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            AS u(id, node_id, source, type, status, event_timestamp, occurred_at, received_at, fingerprint, seq, signature, body, changed)
        JOIN {schema}.nodes n ON n.node_id = u.node_id LEFT JOIN {schema}.public_keys k ON k.fingerprint = u.fingerprint
        """;

    private string DeliveriesSql { get; } =
        $"""
        INSERT INTO {schema}.deliveries(handler, seq, node, turn, state, attempts, at, due_at, delay, error)
        SELECT h.handler, u.seq, e.node, u.turn, u.state, u.attempts, u.at, u.due_at, u.due_at - u.at, u.error
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS u(handler, seq, turn, state, attempts, at, due_at, error)
        JOIN {schema}.handlers h ON h.name = u.handler JOIN {schema}.events e ON e.seq = u.seq
        """;

    public async Task WriteFrameAsync(NpgsqlConnection connection, MovedFrame frame, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.AddRegistrationLock(schema);
        batch.Add($"INSERT INTO {schema}.handlers(name) SELECT unnest($1) ON CONFLICT DO NOTHING")
            .With(frame.Handlers.Select(handler => handler.Name).ToArray());
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            .With(frame.Keys.Keys.Select(key => key.Value).ToArray())
            .With(frame.Keys.Values.Select(key => key.ToArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);
        foreach (var (source, keys) in frame.Trusted)
        {
            TrustedKeys.Replace(batch, schema, source, keys);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task WriteAsync(
        NpgsqlConnection connection, WebhookEventId? after, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken)
    {
        var standing = await record.LockAsync(connection, cancellationToken).ConfigureAwait(false);
        if (standing.MovedThrough == events[^1].Id)
        {
            // Committed before, and the answer was lost.
            return;
        }

        if (standing.MovedThrough != after)
        {
            throw new InboxOpenException("Somebody else goes on with this move at the same time: let one of the two end.");
        }

        await using var batch = connection.CreateBatch();
        batch.Add($"INSERT INTO {schema}.event_ids(id, seq) SELECT * FROM unnest($1, $2)")
            .With(events.Column(moved => moved.Id.ToByteArray()), NpgsqlDbType.Array | NpgsqlDbType.Bytea)
            .With(events.Column(moved => moved.Place));
        AddEvents(batch, [.. events.Where(moved => moved.Entry is not null)]);

        // What is pending has no row: the lanes tell of it.
        AddDeliveries(batch, [.. events.SelectMany(moved => moved.Deliveries
            .Where(delivery => delivery.State != DeliveryState.Pending).Select(delivery => (moved.Place, delivery)))]);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await record.AdvanceAsync(connection, events[^1].Id, standing.Moved + events.Count, cancellationToken).ConfigureAwait(false);
    }

    private void AddEvents(NpgsqlBatch batch, MovedEvent[] events)
    {
        var entries = events.Column(moved => moved.Entry!);
        batch.Add($"INSERT INTO {schema}.nodes(node_id) SELECT unnest($1) ON CONFLICT DO NOTHING")
            .With(entries.Select(entry => StoredText.Encode(entry.NodeId.Value)).Distinct().ToArray());
        batch.Add(EventsSql)
            .WithFields(entries)
            .With(entries.Column(entry => entry.Key?.Value), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(events.Column(moved => moved.Place))
            .WithBytes(entries)
            .With(entries.Column(entry => entry.IsChange));
    }

    private void AddDeliveries(NpgsqlBatch batch, (long Place, MovedDelivery Delivery)[] deliveries) => batch.Add(DeliveriesSql)
        .With(deliveries.Column(moved => moved.Delivery.Handler))
        .With(deliveries.Column(moved => moved.Place))
        .With(deliveries.Column(moved => moved.Delivery.Turn))
        .With(deliveries.Column(moved => (short)moved.Delivery.State))
        .With(deliveries.Column(moved => moved.Delivery.Attempts))
        .With(deliveries.Column(moved => Instant.ToMilliseconds(moved.Delivery.At)))
        .With(deliveries.Column(moved => Instant.ToMilliseconds(moved.Delivery.DueAt)))
        .With(deliveries.Column(moved => StoredText.Encode(moved.Delivery.Error)), NpgsqlDbType.Array | NpgsqlDbType.Text);
}

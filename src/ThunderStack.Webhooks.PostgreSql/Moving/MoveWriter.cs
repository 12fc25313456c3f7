using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Moving;
using ThunderStack.Webhooks.PostgreSql.Administration;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>Stores what comes from another inbox. Everything belongs into the caller's transaction.</summary>
internal sealed class MoveWriter(SchemaName schema, MoveRecord record)
{
    private readonly Dictionary<NodeId, int> _nodes = [];
    private EventId? _lastTried;
    private Dictionary<string, int> _handlers = [];
    private Dictionary<KeyFingerprint, int> _keys = [];

    /// <summary>Stores handlers and keys, and learns what the tables call them.</summary>
    public async Task WriteFrameAsync(NpgsqlConnection connection, MovedFrame frame, CancellationToken cancellationToken)
    {
        _nodes.Clear();
        var names = frame.Handlers.Select(handler => handler.Name).ToArray();
        var fingerprints = frame.Keys.Keys.Select(key => key.Value).ToArray();
        await using var batch = connection.CreateBatch();
        batch.AddRegistrationLock(schema);
        batch.Add($"INSERT INTO {schema}.handlers(name) SELECT unnest($1) ON CONFLICT DO NOTHING").With(names);
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            .With(fingerprints)
            .With(frame.Keys.Values.Select(key => key.ToArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);
        foreach (var (source, keys) in frame.Trusted)
        {
            TrustedKeys.Replace(batch, schema, source, keys);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        _handlers = await ReadNumbersAsync(connection, $"SELECT name, handler FROM {schema}.handlers WHERE name = ANY($1)", names, cancellationToken)
            .ConfigureAwait(false);
        _keys = (await ReadNumbersAsync(
                connection, $"SELECT fingerprint, key FROM {schema}.public_keys WHERE fingerprint = ANY($1)", fingerprints, cancellationToken)
            .ConfigureAwait(false)).ToDictionary(key => new KeyFingerprint(key.Key), key => key.Value);
    }

    public async Task WriteAsync(
        NpgsqlConnection connection, EventId? after, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken)
    {
        var standing = await record.LockAsync(connection, cancellationToken).ConfigureAwait(false);
        if (_lastTried is { } tried && standing.MovedThrough != tried)
        {
            // What the commit before was to make is not there, and the nodes that it added are not either.
            _nodes.Clear();
        }

        if (standing.MovedThrough == events[^1].Id)
        {
            // Committed before, and the answer was lost.
            return;
        }

        if (standing.MovedThrough != after)
        {
            throw new InboxOpenException("Somebody else goes on with this move at the same time: let one of the two end.");
        }

        try
        {
            await AddNodesAsync(connection, events, cancellationToken).ConfigureAwait(false);
            await WriteIdsAsync(connection, events, cancellationToken).ConfigureAwait(false);
            await WriteEventsAsync(connection, events, cancellationToken).ConfigureAwait(false);
            await WriteDeliveriesAsync(connection, events, cancellationToken).ConfigureAwait(false);
            await record.AdvanceAsync(connection, events[^1].Id, standing.Moved + events.Count, cancellationToken).ConfigureAwait(false);
            _lastTried = events[^1].Id;
        }
        catch
        {
            _nodes.Clear();
            throw;
        }
    }

    private async Task AddNodesAsync(NpgsqlConnection connection, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken)
    {
        var unknown = events.Where(moved => moved.Entry is not null).Select(moved => moved.Entry!.NodeId)
            .Where(node => !_nodes.ContainsKey(node)).Distinct().ToDictionary(node => StoredText.Encode(node.Value), StringComparer.Ordinal);
        if (unknown.Count == 0)
        {
            return;
        }

        var texts = unknown.Keys.ToArray();
        await using var batch = connection.CreateBatch();
        batch.Add($"INSERT INTO {schema}.nodes(node_id) SELECT unnest($1) ON CONFLICT DO NOTHING").With(texts);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var sql = $"SELECT node_id, node FROM {schema}.nodes WHERE node_id = ANY($1)";
        foreach (var (text, number) in await ReadNumbersAsync(connection, sql, texts, cancellationToken).ConfigureAwait(false))
        {
            _nodes[unknown[text]] = number;
        }
    }

    private Task WriteIdsAsync(NpgsqlConnection connection, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken) =>
        CopyAsync(connection, "event_ids(id, seq)", events, async (copy, moved) =>
        {
            await copy.WriteAsync(moved.Id.ToByteArray(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(moved.Place, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);

    private Task WriteEventsAsync(NpgsqlConnection connection, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken) => CopyAsync(
        connection,
        "events(seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, signature, body)",
        events.Where(moved => moved.Entry is not null),
        async (copy, moved) =>
        {
            var entry = moved.Entry!;
            await copy.WriteAsync(moved.Place, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(moved.Id.ToByteArray(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(_nodes[entry.NodeId], NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync((short)entry.Source, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
            await WriteTextAsync(copy, entry.EventType, cancellationToken).ConfigureAwait(false);
            await WriteTextAsync(copy, entry.Status?.Value, cancellationToken).ConfigureAwait(false);
            await WriteTextAsync(copy, entry.TimestampText, cancellationToken).ConfigureAwait(false);
            await WriteNumberAsync(copy, entry.Timestamp is { } sent ? Instant.ToMicroseconds(sent) : null, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(Instant.ToMilliseconds(entry.ReceivedAt), NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            if (entry.Key is { } key)
            {
                await copy.WriteAsync(_keys[key], NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await copy.WriteNullAsync(cancellationToken).ConfigureAwait(false);
            }

            await copy.WriteAsync(entry.Signature.ToArray(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(entry.Body.ToArray(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    // What is pending has no row: the lanes tell of it.
    private Task WriteDeliveriesAsync(NpgsqlConnection connection, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken) => CopyAsync(
        connection,
        "deliveries(handler, seq, node, turn, state, attempts, at, due_at, delay, error)",
        events.SelectMany(moved => moved.Deliveries.Where(delivery => delivery.State != DeliveryState.Pending).Select(delivery => (moved, delivery))),
        async (copy, row) =>
        {
            var (moved, delivery) = row;
            await copy.WriteAsync(_handlers[delivery.Handler], NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(moved.Place, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(_nodes[moved.Entry!.NodeId], NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(delivery.Turn, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync((short)delivery.State, NpgsqlDbType.Smallint, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(delivery.Attempts, NpgsqlDbType.Integer, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(Instant.ToMilliseconds(delivery.At), NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            await WriteNumberAsync(copy, delivery.DueAt is { } dueAt ? Instant.ToMilliseconds(dueAt) : null, cancellationToken).ConfigureAwait(false);
            await WriteNumberAsync(copy, delivery.DueAt is { } due ? (long)(due - delivery.At).TotalMilliseconds : null, cancellationToken).ConfigureAwait(false);
            await WriteTextAsync(copy, delivery.Error, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    private async Task CopyAsync<T>(
        NpgsqlConnection connection, string table, IEnumerable<T> rows, Func<NpgsqlBinaryImporter, T, Task> write, CancellationToken cancellationToken)
    {
        await using var copy = await connection
            .BeginBinaryImportAsync($"COPY {schema}.{table} FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await write(copy, row).ConfigureAwait(false);
        }

        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task WriteTextAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken cancellationToken) => text is null
        ? copy.WriteNullAsync(cancellationToken)
        : copy.WriteAsync(StoredText.Encode(text), NpgsqlDbType.Text, cancellationToken);

    private static Task WriteNumberAsync(NpgsqlBinaryImporter copy, long? number, CancellationToken cancellationToken) => number is { } value
        ? copy.WriteAsync(value, NpgsqlDbType.Bigint, cancellationToken)
        : copy.WriteNullAsync(cancellationToken);

    private static async Task<Dictionary<string, int>> ReadNumbersAsync(
        NpgsqlConnection connection, string sql, string[] names, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Add(sql).With(names);
        var numbers = await batch.ReadAsync(skip: 0, row => (Name: row.GetString(0), Number: row.GetInt32(1)), cancellationToken).ConfigureAwait(false);
        return numbers.ToDictionary(row => row.Name, row => row.Number, StringComparer.Ordinal);
    }
}

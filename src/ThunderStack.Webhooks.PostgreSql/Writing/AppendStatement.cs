using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Stores a batch of events and their nodes' states: one round trip, one commit.</summary>
internal sealed class AppendStatement(SchemaName schema, Guard guard, TimeSpan timeout)
{
    // Before anything is numbered or looked up, and always in this order: two replicas with the same nodes wait, and never for
    // each other.
    public string LockSql { get; } =
        $"SELECT node, last_turn, effective_at FROM {schema}.nodes WHERE node = ANY($1) ORDER BY node FOR NO KEY UPDATE";

    // The same event is of the same node, whose row is locked: what is not there now cannot come until the commit. So it is
    // looked up and then inserted, which costs an eighth less than ON CONFLICT; a subquery, so that no plan reads all ids.
    // Signatures and bodies, most of the bytes, go straight from the parameters into their table.
    public string StoreSql { get; } =
        $"""
        WITH fresh AS MATERIALIZED (
            SELECT nextval('{schema}.turns') AS seq, i.* FROM (
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
                    AS u(id, node, source, type, status, event_timestamp, occurred_at, received_at, key, effective_at, place)
                WHERE (SELECT true FROM {schema}.event_ids e WHERE e.id = u.id) IS NULL
                ORDER BY place) i
        ), ids AS (
            INSERT INTO {schema}.event_ids(id, seq) SELECT id, seq FROM fresh
        ), stored AS (
            INSERT INTO {schema}.events(
                seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, signature, body)
            SELECT seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, ($11)[place], ($12)[place] FROM fresh
        ), latest AS (
            SELECT DISTINCT ON (node) node, max(seq) OVER (PARTITION BY node) AS last_turn, status, effective_at, id
            FROM fresh ORDER BY node, status IS NULL, effective_at DESC, seq DESC
        ), states AS (
            UPDATE {schema}.nodes n SET
                last_turn = l.last_turn,
                status = CASE WHEN l.effective_at >= coalesce(n.effective_at, l.effective_at) AND l.status IS NOT NULL THEN l.status ELSE n.status END,
                event_id = CASE WHEN l.effective_at >= coalesce(n.effective_at, l.effective_at) AND l.status IS NOT NULL THEN l.id ELSE n.event_id END,
                effective_at = CASE WHEN l.status IS NOT NULL THEN greatest(n.effective_at, l.effective_at) ELSE n.effective_at END
            FROM latest l WHERE n.node = l.node
        )
        SELECT place::integer, seq FROM fresh ORDER BY place
        """;

    /// <summary>Stores what is new. Returns the events that were; what is missing was there before.</summary>
    public List<StoredEntry> Execute(NpgsqlConnection connection, IReadOnlyList<NewEntry> entries)
    {
        using var batch = guard.CreateBatch(connection, timeout);
        batch.Add(LockSql).With(entries.Select(entry => entry.Node.Number).Distinct().ToArray());
        AddStore(batch, entries);
        using var reader = batch.ExecuteReader();
        reader.NextResult();

        var nodes = new Dictionary<int, (long LastTurn, long? EffectiveAt)>();
        while (reader.Read())
        {
            nodes.Add(reader.GetInt32(0), (reader.GetInt64(1), reader.Number(2)));
        }

        reader.NextResult();
        var stored = new List<StoredEntry>(entries.Count);
        while (reader.Read())
        {
            var entry = entries[reader.GetInt32(0) - 1];
            var seq = reader.GetInt64(1);
            var (previous, effectiveAt) = nodes[entry.Node.Number];
            nodes[entry.Node.Number] = (seq, effectiveAt);
            entry.Node.Raise(effectiveAt ?? long.MinValue);
            stored.Add(new StoredEntry(seq, previous, entry.Node, entry.Entry));
        }

        // Only now is it committed: a result set that is complete says nothing yet.
        reader.Drain();
        foreach (var entry in stored.Where(entry => entry.Entry.Status is not null))
        {
            entry.Node.Raise(Instant.EffectiveAt(entry.Entry));
        }

        return stored;
    }

    private void AddStore(NpgsqlBatch batch, IReadOnlyList<NewEntry> entries)
    {
        var count = entries.Count;
        var (ids, nodes, sources, types) = (new byte[count][], new int[count], new short[count], new string[count]);
        var (statuses, timestamps, occurred, received) = (new string?[count], new string?[count], new long?[count], new long[count]);
        var (keys, signatures, bodies, effective) = (new int?[count], new byte[count][], new byte[count][], new long[count]);
        for (var i = 0; i < count; i++)
        {
            var entry = entries[i].Entry;
            ids[i] = entry.Id.ToByteArray();
            nodes[i] = entries[i].Node.Number;
            sources[i] = (short)entry.Source;
            types[i] = StoredText.Encode(entry.EventType);
            statuses[i] = StoredText.Encode(entry.Status?.Value);
            timestamps[i] = StoredText.Encode(entry.TimestampText);
            occurred[i] = entry.Timestamp is { } timestamp ? Instant.ToMicroseconds(timestamp) : null;
            received[i] = Instant.ToMilliseconds(entry.ReceivedAt);
            keys[i] = entries[i].Key;
            signatures[i] = Bytes(entry.Signature);
            bodies[i] = Bytes(entry.Body);
            effective[i] = Instant.EffectiveAt(entry);
        }

        batch.Add(StoreSql)
            .With(ids, NpgsqlDbType.Array | NpgsqlDbType.Bytea)
            .With(nodes)
            .With(sources)
            .With(types, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(statuses, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(timestamps, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(occurred)
            .With(received)
            .With(keys)
            .With(effective)
            .With(signatures, NpgsqlDbType.Array | NpgsqlDbType.Bytea)
            .With(bodies, NpgsqlDbType.Array | NpgsqlDbType.Bytea);
    }

    // The endpoint hands over whole arrays; there is nothing to copy then.
    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment)
        && segment.Array is { } array && array.Length == segment.Count
            ? array
            : memory.ToArray();
}

/// <summary>An event to store, with what the tables call its node and key.</summary>
internal readonly record struct NewEntry(Inbox.InboxEntry Entry, NodeSlot Node, int? Key);

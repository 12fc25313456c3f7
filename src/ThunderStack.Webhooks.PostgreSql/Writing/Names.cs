using Npgsql;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The numbers by which the tables call nodes and keys. New ones are added before the first event that needs them.</summary>
internal sealed class Names(SchemaName schema, Guard guard, NodeBook nodes, TimeSpan timeout)
{
    private readonly Dictionary<KeyFingerprint, int> _keys = [];

    public NewEntry[] Resolve(NpgsqlConnection connection, IReadOnlyList<AppendOperation> operations)
    {
        var entries = new NewEntry[operations.Count];
        List<NodeId>? unknown = null;
        for (var i = 0; i < operations.Count; i++)
        {
            if (nodes.Find(operations[i].Entry.NodeId) is null)
            {
                (unknown ??= []).Add(operations[i].Entry.NodeId);
            }
        }

        if (unknown is not null)
        {
            AddNodes(connection, unknown);
        }

        for (var i = 0; i < operations.Count; i++)
        {
            var (entry, key) = (operations[i].Entry, operations[i].Key);
            entries[i] = new NewEntry(entry, nodes.Find(entry.NodeId)!, key is null ? null : NumberOf(connection, key));
        }

        return entries;
    }

    /// <summary>Forgets all: the database may be another one than before.</summary>
    public void Clear()
    {
        _keys.Clear();
        nodes.Clear();
    }

    private int NumberOf(NpgsqlConnection connection, WebhookPublicKey key)
    {
        if (_keys.TryGetValue(key.Fingerprint, out var known))
        {
            return known;
        }

        using var batch = guard.CreateBatch(connection, timeout);
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) VALUES($1, $2) ON CONFLICT DO NOTHING")
            .With(key.Fingerprint.Value).With(key.SubjectPublicKeyInfo.ToArray());
        batch.Add($"SELECT key FROM {schema}.public_keys WHERE fingerprint = $1").With(key.Fingerprint.Value);
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        reader.Read();
        var number = reader.GetInt32(0);
        reader.Drain();
        _keys.Add(key.Fingerprint, number);
        return number;
    }

    private void AddNodes(NpgsqlConnection connection, List<NodeId> ids)
    {
        var byText = ids.Distinct().ToDictionary(id => StoredText.Encode(id.Value), StringComparer.Ordinal);
        var texts = byText.Keys.ToArray();
        using var batch = guard.CreateBatch(connection, timeout);

        // A new node gets its lanes together with its row, as a new handler does: neither may miss the other.
        batch.Add(RegistrationLock.Sql).With(RegistrationLock.Class).With(schema.Value);
        batch.Add($"INSERT INTO {schema}.nodes(node_id) SELECT unnest($1) ON CONFLICT DO NOTHING").With(texts);
        batch.Add(
            $"""
            INSERT INTO {schema}.lanes(handler, node, done_through)
            SELECT h.handler, n.node, 0 FROM {schema}.handlers h CROSS JOIN {schema}.nodes n WHERE n.node_id = ANY($1)
            ON CONFLICT DO NOTHING
            """).With(texts);
        batch.Add($"SELECT node_id, node FROM {schema}.nodes WHERE node_id = ANY($1)").With(texts);
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        reader.NextResult();
        var found = new List<(NodeId Id, int Number)>();
        while (reader.Read())
        {
            found.Add((byText[reader.GetString(0)], reader.GetInt32(1)));
        }

        reader.Drain();
        found.ForEach(node => nodes.GetOrAdd(node.Id, node.Number));
    }
}

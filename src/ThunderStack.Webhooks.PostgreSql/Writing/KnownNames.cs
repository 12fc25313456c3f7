using NpgsqlTypes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Adds the nodes and keys of a batch to the tables before its first event. What it remembers only saves that work: the
/// statement that stores an event looks its node and key up by name.
/// </summary>
internal sealed class KnownNames(SchemaName schema, TransactionSettings settings, TimeSpan timeout)
{
    private readonly HashSet<NodeId> _nodes = [];
    private readonly HashSet<KeyFingerprint> _keys = [];

    public void Add(NpgsqlConnection connection, IReadOnlyList<PendingAppend> operations)
    {
        List<NodeId>? nodes = null;
        List<WebhookPublicKey>? keys = null;
        foreach (var operation in operations)
        {
            if (!_nodes.Contains(operation.Entry.NodeId))
            {
                (nodes ??= []).Add(operation.Entry.NodeId);
            }

            if (operation.Key is { } key && !_keys.Contains(key.Fingerprint))
            {
                (keys ??= []).Add(key);
            }
        }

        if (nodes is not null || keys is not null)
        {
            Save(connection, nodes ?? [], keys ?? []);
        }
    }

    /// <summary>Forgets all: the database may be another one than before.</summary>
    public void Clear()
    {
        _keys.Clear();
        _nodes.Clear();
    }

    /// <summary>Adds nodes with their lanes, as a new handler adds its: neither may miss the other.</summary>
    public static void AddNodes(NpgsqlBatch batch, SchemaName schema, string[] nodeIds)
    {
        batch.AddRegistrationLock(schema);
        batch.Add($"INSERT INTO {schema}.nodes(node_id) SELECT unnest($1) ON CONFLICT DO NOTHING").With(nodeIds);
        batch.Add(
            $"""
            INSERT INTO {schema}.lanes(handler, node, done_through)
            SELECT h.handler, n.node, 0 FROM {schema}.handlers h CROSS JOIN {schema}.nodes n WHERE n.node_id = ANY($1)
            ON CONFLICT DO NOTHING
            """).With(nodeIds);
    }

    private void Save(NpgsqlConnection connection, List<NodeId> nodes, List<WebhookPublicKey> keys)
    {
        var texts = nodes.Distinct().Select(node => StoredText.Encode(node.Value)).ToArray();
        var distinctKeys = keys.DistinctBy(key => key.Fingerprint).ToArray();
        using var batch = settings.CreateBatch(connection, timeout);

        AddNodes(batch, schema, texts);
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            .With(distinctKeys.Select(key => key.Fingerprint.Value).ToArray())
            .With(distinctKeys.Select(key => key.SubjectPublicKeyInfo.ToArray()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);
        batch.ExecuteNonQuery();
        _nodes.UnionWith(nodes);
        _keys.UnionWith(keys.Select(key => key.Fingerprint));
    }
}

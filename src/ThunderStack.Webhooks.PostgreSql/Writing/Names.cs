using Npgsql;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>The numbers by which the tables call nodes and keys. New ones are added before the first event that needs them.</summary>
internal sealed class Names(SchemaName schema, Guard guard, NodeBook nodes)
{
    private readonly Dictionary<KeyFingerprint, int> _keys = [];

    public async Task<NewEntry[]> ResolveAsync(
        NpgsqlConnection connection, IReadOnlyList<AppendOperation> operations, CancellationToken cancellationToken)
    {
        var unknown = operations.Select(operation => operation.Entry.NodeId).Where(id => nodes.Find(id) is null).Distinct().ToList();
        if (unknown.Count > 0)
        {
            await AddNodesAsync(connection, unknown, cancellationToken).ConfigureAwait(false);
        }

        foreach (var key in operations.Select(operation => operation.Key).OfType<WebhookPublicKey>().Distinct())
        {
            if (!_keys.ContainsKey(key.Fingerprint))
            {
                _keys[key.Fingerprint] = await NumberOfKeyAsync(
                    connection, key.Fingerprint, key.SubjectPublicKeyInfo.ToArray(), cancellationToken).ConfigureAwait(false);
            }
        }

        return [.. operations.Select(operation => new NewEntry(
            operation.Entry, nodes.Find(operation.Entry.NodeId)!, operation.Key is { } key ? _keys[key.Fingerprint] : null))];
    }

    /// <summary>Forgets all: the database may be another one than before.</summary>
    public void Clear()
    {
        _keys.Clear();
        nodes.Clear();
    }

    /// <summary>The number of a key; it is added when it is new.</summary>
    public async Task<int> NumberOfKeyAsync(
        NpgsqlConnection connection, KeyFingerprint fingerprint, byte[] subjectPublicKeyInfo, CancellationToken cancellationToken)
    {
        await using var batch = guard.CreateBatch(connection);
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) VALUES($1, $2) ON CONFLICT DO NOTHING")
            .With(fingerprint.Value).With(subjectPublicKeyInfo);
        batch.Add($"SELECT key FROM {schema}.public_keys WHERE fingerprint = $1").With(fingerprint.Value);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var number = reader.GetInt32(0);
        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return number;
    }

    private async Task AddNodesAsync(NpgsqlConnection connection, List<NodeId> ids, CancellationToken cancellationToken)
    {
        var byText = ids.ToDictionary(id => StoredText.Encode(id.Value), StringComparer.Ordinal);
        var texts = byText.Keys.ToArray();
        await using var batch = guard.CreateBatch(connection);

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
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(NodeId Id, int Number)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add((byText[reader.GetString(0)], reader.GetInt32(1)));
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        found.ForEach(node => nodes.GetOrAdd(node.Id, node.Number));
    }
}

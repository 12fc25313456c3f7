using NpgsqlTypes;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>The last good keys of each source.</summary>
internal sealed class TrustedKeys(NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, InboxQueries queries) : IPublicKeyStore
{
    public async Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string origin, CancellationToken cancellationToken) => await queries.ReadAsync(
        $"""
        SELECT k.spki, t.confirmed_at, t.retired_at FROM {schema}.trusted_keys t JOIN {schema}.public_keys k ON k.key = t.key
        WHERE t.source = $1 ORDER BY t.position
        """,
        command => command.With(origin),
        row => new StoredPublicKey(
            row.GetFieldValue<byte[]>(0),
            Instant.FromMilliseconds(row.GetInt64(1)),
            Instant.FromMilliseconds(row.Number(2))),
        cancellationToken).ConfigureAwait(false);

    public async Task SaveAsync(string origin, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var keyInfos = keys.Select(key => key.SubjectPublicKeyInfo.ToArray()).ToArray();
        var fingerprints = keyInfos.Select(info => KeyFingerprint.Of(info).Value).ToArray();

        // Replicas save the same keys at the same time: one after the other, and the last one stands.
        await using var batch = settings.CreateBatch(connection);
        batch.AddMaintenanceLock(schema);
        batch.Add($"INSERT INTO {schema}.public_keys(fingerprint, spki) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING")
            .With(fingerprints)
            .With(keyInfos, NpgsqlDbType.Array | NpgsqlDbType.Bytea);
        Replace(batch, schema, origin, keys);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the statements that make these the trusted keys of a source; the keys themselves are in their table.</summary>
    public static void Replace(NpgsqlBatch batch, SchemaName schema, string origin, IReadOnlyList<StoredPublicKey> keys)
    {
        batch.Add($"DELETE FROM {schema}.trusted_keys WHERE source = $1").With(origin);
        batch.Add(
            $"""
            INSERT INTO {schema}.trusted_keys(source, position, key, confirmed_at, retired_at)
            SELECT $1, u.position, k.key, u.confirmed_at, u.retired_at
            FROM unnest($2, $3, $4) WITH ORDINALITY AS u(fingerprint, confirmed_at, retired_at, position)
            JOIN {schema}.public_keys k ON k.fingerprint = u.fingerprint
            """)
            .With(origin)
            .With(keys.Select(key => KeyFingerprint.Of(key.SubjectPublicKeyInfo.Span).Value).ToArray())
            .With(keys.Select(key => Instant.ToMilliseconds(key.ConfirmedAt)).ToArray())
            .With(keys.Select(key => Instant.ToMilliseconds(key.RetiredAt)).ToArray());
    }
}

using Npgsql;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>The last good keys of each source.</summary>
internal sealed class TrustedKeys(NpgsqlDataSource source, SchemaName schema, Guard guard, Names names, InboxQueries queries)
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
            row.Number(2) is { } retiredAt ? Instant.FromMilliseconds(retiredAt) : null),
        cancellationToken).ConfigureAwait(false);

    public async Task SaveAsync(string origin, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var numbers = new int[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            var info = keys[i].SubjectPublicKeyInfo.ToArray();
            numbers[i] = await names.NumberOfKeyAsync(connection, KeyFingerprint.Of(info), info, cancellationToken).ConfigureAwait(false);
        }

        // Replicas save the same keys at the same time: one after the other, and the last one stands.
        await using var batch = guard.CreateBatch(connection);
        batch.Add(MaintenanceLock.Sql).With(MaintenanceLock.Class).With(schema.Value);
        batch.Add($"DELETE FROM {schema}.trusted_keys WHERE source = $1").With(origin);
        batch.Add(
            $"""
            INSERT INTO {schema}.trusted_keys(source, position, key, confirmed_at, retired_at)
            SELECT $1, u.position, u.key, u.confirmed_at, u.retired_at
            FROM unnest($2, $3, $4) WITH ORDINALITY AS u(key, confirmed_at, retired_at, position)
            """)
            .With(origin)
            .With(numbers)
            .With(keys.Select(key => Instant.ToMilliseconds(key.ConfirmedAt)).ToArray())
            .With(keys.Select(key => key.RetiredAt is { } retiredAt ? Instant.ToMilliseconds(retiredAt) : (long?)null).ToArray());
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>The last good keys of each source.</summary>
internal sealed class TrustedKeys(InboxQueries queries, CommandRunner commands) : IPublicKeyStore
{
    public Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken) => queries.ReadAsync<IReadOnlyList<StoredPublicKey>>(
        database => database.ReadAll(
            """
            SELECT k.spki, t.confirmed_at, t.retired_at FROM trusted_keys t JOIN public_keys k ON k.key = t.key
            WHERE t.source = ?1 ORDER BY t.position
            """,
            static row => Read(row, first: 0),
            source),
        cancellationToken);

    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken) =>
        commands.RunAsync(session => Save(session, source, keys)).WaitAsync(cancellationToken);

    /// <summary>Reads a key, when it was confirmed and when it was retired.</summary>
    public static StoredPublicKey Read(Statement row, int first) => new(
        row.GetBytes(first),
        Instant.FromMilliseconds(row.GetInt64(first + 1)),
        Instant.FromMilliseconds(row.GetNullableInt64(first + 2)));

    private static int Save(WriteSession session, string source, IReadOnlyList<StoredPublicKey> keys)
    {
        session.Database.Run("DELETE FROM trusted_keys WHERE source = ?1", source);
        using var insert = session.Database.Query(
            "INSERT INTO trusted_keys(source, position, key, confirmed_at, retired_at) VALUES(?1, ?2, ?3, ?4, ?5)");
        for (var position = 0; position < keys.Count; position++)
        {
            var key = keys[position];
            var number = session.NumberOf(KeyFingerprint.Of(key.SubjectPublicKeyInfo.Span), key.SubjectPublicKeyInfo);
            insert.Run(source, position, number, Instant.ToMilliseconds(key.ConfirmedAt), Instant.ToMilliseconds(key.RetiredAt));
        }

        return keys.Count;
    }
}

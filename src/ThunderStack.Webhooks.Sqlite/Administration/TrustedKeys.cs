using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>The last good keys of each source.</summary>
internal sealed class TrustedKeys(InboxQueries queries, CommandRunner commands) : IPublicKeyStore
{
    public Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken) => queries.ReadAsync(
        database =>
        {
            using var rows = database.Query(
                """
                SELECT k.spki, t.confirmed_at, t.retired_at FROM trusted_keys t JOIN public_keys k ON k.key = t.key
                WHERE t.source = ?1 ORDER BY t.position
                """);
            rows.Bind(1, source);
            return rows.ReadAll(static row => Read(row, first: 0));
        },
        cancellationToken);

    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken) =>
        commands.RunAsync(session => Save(session, source, keys)).WaitAsync(cancellationToken);

    /// <summary>Reads a key, when it was confirmed and when it was retired.</summary>
    public static StoredPublicKey Read(Statement row, int first) => new(
        row.GetBytes(first),
        Instant.FromMilliseconds(row.GetInt64(first + 1)),
        row.GetNullableInt64(first + 2) is { } retiredAt ? Instant.FromMilliseconds(retiredAt) : null);

    private static int Save(WriteSession session, string source, IReadOnlyList<StoredPublicKey> keys)
    {
        using var delete = session.Database.Query("DELETE FROM trusted_keys WHERE source = ?1");
        delete.Bind(1, source);
        delete.Run();
        using var insert = session.Database.Query(
            "INSERT INTO trusted_keys(source, position, key, confirmed_at, retired_at) VALUES(?1, ?2, ?3, ?4, ?5)");
        for (var position = 0; position < keys.Count; position++)
        {
            var key = keys[position];
            var subjectPublicKeyInfo = key.SubjectPublicKeyInfo.Span;
            insert.Bind(1, source);
            insert.Bind(2, position);
            insert.Bind(3, session.NumberOf(KeyFingerprint.Of(subjectPublicKeyInfo), subjectPublicKeyInfo));
            insert.Bind(4, Instant.ToMilliseconds(key.ConfirmedAt));
            insert.Bind(5, key.RetiredAt is { } retiredAt ? Instant.ToMilliseconds(retiredAt) : null);
            insert.Run();
        }

        return keys.Count;
    }
}

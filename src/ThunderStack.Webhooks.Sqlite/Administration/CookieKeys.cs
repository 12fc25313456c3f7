using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>The keys that protect cookies.</summary>
internal sealed class CookieKeys(InboxQueries queries, CommandRunner commands) : ICookieKeyStore
{
    public Task<IReadOnlyList<StoredCookieKey>> LoadAsync(CancellationToken cancellationToken) => queries.ReadAsync<IReadOnlyList<StoredCookieKey>>(
        database => database.ReadAll(
            "SELECT name, xml, created_at FROM cookie_keys ORDER BY name",
            static row => new StoredCookieKey(row.GetString(0), row.GetString(1), Instant.FromMilliseconds(row.GetInt64(2)))),
        cancellationToken);

    public Task SaveAsync(StoredCookieKey key, CancellationToken cancellationToken) => commands.RunAsync(session => session.Database.Run(
        "INSERT OR REPLACE INTO cookie_keys(name, xml, created_at) VALUES(?1, ?2, ?3)",
        key.Name, key.Xml, Instant.ToMilliseconds(key.CreatedAt))).WaitAsync(cancellationToken);
}

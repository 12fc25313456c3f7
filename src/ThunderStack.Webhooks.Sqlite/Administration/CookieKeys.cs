using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>The keys that protect cookies.</summary>
internal sealed class CookieKeys(InboxQueries queries, CommandRunner commands) : ICookieKeyStore
{
    public Task<IReadOnlyList<StoredCookieKey>> LoadAsync(CancellationToken cancellationToken) => queries.ReadAsync<IReadOnlyList<StoredCookieKey>>(
        database =>
        {
            using var rows = database.Query("SELECT name, xml, created_at FROM cookie_keys ORDER BY name");
            return rows.ReadAll(static row => new StoredCookieKey(row.GetString(0), row.GetString(1), Instant.FromMilliseconds(row.GetInt64(2))));
        },
        cancellationToken);

    public Task SaveAsync(StoredCookieKey key, CancellationToken cancellationToken) => commands.RunAsync(session =>
    {
        using var insert = session.Database.Query("INSERT OR REPLACE INTO cookie_keys(name, xml, created_at) VALUES(?1, ?2, ?3)");
        insert.Bind(1, key.Name);
        insert.Bind(2, key.Xml);
        insert.Bind(3, Instant.ToMilliseconds(key.CreatedAt));
        insert.Run();
        return true;
    }).WaitAsync(cancellationToken);
}

using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>The keys that protect cookies, of all replicas.</summary>
internal sealed class CookieKeys(SchemaName schema, InboxQueries queries) : ICookieKeyStore
{
    public async Task<IReadOnlyList<StoredCookieKey>> LoadAsync(CancellationToken cancellationToken) => await queries.ReadAsync(
        $"SELECT name, xml, created_at FROM {schema}.cookie_keys ORDER BY name",
        _ => { },
        row => new StoredCookieKey(row.Text(0)!, row.Text(1)!, Instant.FromMilliseconds(row.GetInt64(2))),
        cancellationToken).ConfigureAwait(false);

    public Task SaveAsync(StoredCookieKey key, CancellationToken cancellationToken) => queries.ReadAsync(
        $"""
        INSERT INTO {schema}.cookie_keys(name, xml, created_at) VALUES($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET xml = excluded.xml, created_at = excluded.created_at RETURNING created_at
        """,
        command => command.With(StoredText.Encode(key.Name)).With(StoredText.Encode(key.Xml)).With(Instant.ToMilliseconds(key.CreatedAt)),
        row => row.GetInt64(0),
        cancellationToken);
}

using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Keeps the keys that protect cookies, by their names.</summary>
internal sealed class InMemoryCookieKeys(InMemoryData data) : ICookieKeyStore
{
    public Task<IReadOnlyList<StoredCookieKey>> LoadAsync(CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return Task.FromResult<IReadOnlyList<StoredCookieKey>>([.. data.CookieKeys.Values]);
        }
    }

    public Task SaveAsync(StoredCookieKey key, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            data.CookieKeys[key.Name] = key;
            return Task.CompletedTask;
        }
    }
}

using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Keeps the last good keys, by where they came from.</summary>
internal sealed class InMemoryKeys(InMemoryData data) : IPublicKeyStore
{
    public Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return Task.FromResult(data.TrustedKeys.GetValueOrDefault(source, []));
        }
    }

    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            data.TrustedKeys[source] = [.. keys];
            foreach (var key in keys)
            {
                data.Keys[KeyFingerprint.Of(key.SubjectPublicKeyInfo.Span)] = key.SubjectPublicKeyInfo;
            }

            return Task.CompletedTask;
        }
    }
}

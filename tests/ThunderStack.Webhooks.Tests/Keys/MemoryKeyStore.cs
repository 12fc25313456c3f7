using System.Threading.Channels;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>A store in memory that outlives a host, counts, and can fail.</summary>
internal sealed class MemoryKeyStore : IPublicKeyStore
{
    private readonly Channel<IReadOnlyList<StoredPublicKey>> _saves = Channel.CreateUnbounded<IReadOnlyList<StoredPublicKey>>();

    public Dictionary<string, IReadOnlyList<StoredPublicKey>> Kept { get; } = [];

    public volatile bool IsBroken;

    /// <summary>Done when the store is open; until then, whoever loads waits.</summary>
    public Task Opened { get; init; } = Task.CompletedTask;

    public int Saves { get; private set; }

    public async Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken)
    {
        await Opened.WaitAsync(cancellationToken);
        return IsBroken ? throw new IOException("scripted") : Kept.GetValueOrDefault(source, []);
    }

    public Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken)
    {
        if (IsBroken)
        {
            throw new IOException("scripted");
        }

        Kept[source] = keys;
        Saves++;
        _saves.Writer.TryWrite(keys);
        return Task.CompletedTask;
    }

    /// <summary>Waits for the next save; each call takes one.</summary>
    public async Task<IReadOnlyList<StoredPublicKey>> NextSaveAsync() =>
        await _saves.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}

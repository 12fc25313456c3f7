namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// Keeps the last good keys beside the inbox, so that a restart while the cloud cannot be reached still verifies.
/// Stores implement it.
/// </summary>
public interface IPublicKeyStore
{
    /// <summary>The keys last saved for this source, newest first; empty when there are none.</summary>
    /// <param name="source">Where the keys came from: the cloud's base address. Keys of another source are never returned.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<IReadOnlyList<StoredPublicKey>> LoadAsync(string source, CancellationToken cancellationToken);

    /// <summary>Replaces what is kept for this source.</summary>
    /// <param name="source">Where the keys came from.</param>
    /// <param name="keys">The current key, then the previous one while it is in grace.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task SaveAsync(string source, IReadOnlyList<StoredPublicKey> keys, CancellationToken cancellationToken);
}

/// <summary>A key as it is kept.</summary>
/// <param name="SubjectPublicKeyInfo">The key, DER-encoded.</param>
/// <param name="ConfirmedAt">When the source last said that this is its key.</param>
/// <param name="RetiredAt">When another key took its place; <see langword="null"/> for the current one.</param>
public sealed record StoredPublicKey(ReadOnlyMemory<byte> SubjectPublicKeyInfo, DateTimeOffset ConfirmedAt, DateTimeOffset? RetiredAt);

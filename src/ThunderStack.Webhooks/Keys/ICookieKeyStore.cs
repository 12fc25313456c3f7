namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// Keeps the keys that protect the cookies of people who have signed in to the receiver's pages, so that replicas share them and a
/// restart signs nobody out. Stores implement it; it needs an open store.
/// </summary>
/// <remarks>
/// Whoever knows such a key can make a cookie of anybody: nothing shows it, no export or move of an inbox carries it, and a role
/// that may only read the database reads none.
/// </remarks>
public interface ICookieKeyStore
{
    /// <summary>Every key that was saved, in the order of their names; empty when there is none.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">The store is not open.</exception>
    Task<IReadOnlyList<StoredCookieKey>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Adds a key, on disk when this returns. One of the same name is replaced.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be saved all the same.</param>
    /// <exception cref="ArgumentException">Its name is empty or longer than <see cref="StoredCookieKey.MaxNameLength"/> characters.</exception>
    /// <exception cref="InvalidOperationException">The store is not open.</exception>
    /// <exception cref="IOException">SQLite: it could not be written.</exception>
    Task SaveAsync(StoredCookieKey key, CancellationToken cancellationToken);
}

/// <summary>A key as it is kept.</summary>
/// <param name="Name">Its name, by which no two are kept: <c>key-</c> or <c>revocation-</c> and a UUID.</param>
/// <param name="Xml">The key as ASP.NET Core's data protection writes it: one XML element, which nothing here reads.</param>
/// <param name="CreatedAt">When it was made, kept in milliseconds.</param>
public sealed record StoredCookieKey(string Name, string Xml, DateTimeOffset CreatedAt)
{
    /// <summary>The longest name: 200 characters.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Without the key, which belongs in no log.</summary>
    public override string ToString() => Name;

    internal void ThrowIfUnfit()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Xml);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Name.Length, MaxNameLength, nameof(Name));
    }
}

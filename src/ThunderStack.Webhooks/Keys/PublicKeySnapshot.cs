using System.Collections.Immutable;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// The keys of a <see cref="PublicKeyRing"/> at one moment, and what is known of each. Never changes; a rotation makes another.
/// </summary>
public sealed record PublicKeySnapshot
{
    // One rotation per refetch floor for the default hour of grace. More only happen when someone plays with us.
    private const int MaxRetired = 120;

    internal PublicKeySnapshot()
    {
    }

    /// <summary>Trusted without asking anyone: those of <see cref="PublicKeyOptions.Pinned"/>.</summary>
    public ImmutableArray<WebhookPublicKey> Pinned { get; internal init; } = [];

    /// <summary>The cloud's key, as far as is known; <see langword="null"/> when the cloud is not asked, or has not answered yet.</summary>
    public WebhookPublicKey? Current { get; internal init; }

    /// <summary>When the cloud last said that <see cref="Current"/> is its key. Without one, it means nothing.</summary>
    public DateTimeOffset ConfirmedAt { get; internal init; }

    /// <summary>The <see cref="IPublicKeySource.Name"/> of the source that <see cref="Current"/> and <see cref="Retired"/> came from.</summary>
    public string? Source { get; internal init; }

    /// <summary>Whether <see cref="Current"/> comes from the store and the cloud has not confirmed it since.</summary>
    public bool IsFromStore { get; internal init; }

    /// <summary>The cloud's earlier keys, newest first. Some may no longer be valid.</summary>
    public ImmutableArray<RetiredPublicKey> Retired { get; internal init; } = [];

    internal bool HasKey => Current is not null || !Pinned.IsEmpty;

    /// <summary>The key that made this signature, among the current and the pinned ones.</summary>
    internal WebhookPublicKey? Match(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (Current is { } current && current.Verify(hash, signature))
        {
            return current;
        }

        foreach (var pinned in Pinned)
        {
            if (pinned.Verify(hash, signature))
            {
                return pinned;
            }
        }

        return null;
    }

    /// <summary>The key that made this signature, among the retired ones that are still valid.</summary>
    internal WebhookPublicKey? MatchRetired(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, DateTimeOffset now)
    {
        foreach (var retired in Retired)
        {
            if (now < retired.ValidUntil && retired.Key.Verify(hash, signature))
            {
                return retired.Key;
            }
        }

        return null;
    }

    /// <summary>Whether any key, even one not yet known, could have made a signature of this length.</summary>
    internal bool IsPlausible(int signatureLength) =>
        signatureLength is >= 256 and <= 1024 && (signatureLength % 128 == 0 || IsKnownLength(signatureLength));

    /// <summary>Whether a key that is known makes signatures of this length.</summary>
    internal bool IsKnownLength(int signatureLength)
    {
        if (Current?.SignatureLength == signatureLength)
        {
            return true;
        }

        // Loops, because every request asks: a lambda would allocate each time.
        foreach (var pinned in Pinned)
        {
            if (pinned.SignatureLength == signatureLength)
            {
                return true;
            }
        }

        foreach (var retired in Retired)
        {
            if (retired.Key.SignatureLength == signatureLength)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The source said that this is its key.</summary>
    internal PublicKeySnapshot Confirm(WebhookPublicKey key, string source, DateTimeOffset now, TimeSpan grace)
    {
        // Keys of another source (its address was changed) are not trusted any longer.
        var known = source == Source ? this : this with { Current = null, Retired = [] };
        if (known.Current is not { } current || current.Fingerprint == key.Fingerprint)
        {
            return known with { Current = known.Current ?? key, Source = source, ConfirmedAt = now, IsFromStore = false };
        }

        // A key that comes back leaves the retired ones.
        var retired = known.Retired.Where(old => old.Key.Fingerprint != key.Fingerprint && now < old.ValidUntil);
        return known with
        {
            Current = key,
            ConfirmedAt = now,
            IsFromStore = false,
            Retired = [.. retired.Prepend(new RetiredPublicKey(current, ConfirmedAt, now, now + grace)).Take(MaxRetired)],
        };
    }

    /// <summary>Adds what was kept from an earlier run. What this run already knows comes first.</summary>
    internal PublicKeySnapshot Restore(string source, IEnumerable<RestoredKey> keys, DateTimeOffset now, TimeSpan grace)
    {
        var next = source == Source ? this : this with { Current = null, Retired = [], Source = source };
        foreach (var (key, confirmedAt, retiredAt) in keys)
        {
            if (next.Knows(key))
            {
                continue;
            }

            if (retiredAt is null && next.Current is null)
            {
                next = next with { Current = key, ConfirmedAt = confirmedAt, IsFromStore = true };
                continue;
            }

            // A clock that was ahead when the key was kept must not lengthen its grace.
            var retired = retiredAt < now ? retiredAt.Value : now;
            if (now < retired + grace && next.Retired.Length < MaxRetired)
            {
                next = next with { Retired = next.Retired.Add(new RetiredPublicKey(key, confirmedAt, retired, retired + grace)) };
            }
        }

        return next;
    }

    private bool Knows(WebhookPublicKey key) =>
        Current?.Fingerprint == key.Fingerprint || Retired.Any(retired => retired.Key.Fingerprint == key.Fingerprint);
}

/// <summary>A key that was kept from an earlier run and has passed the key policy again.</summary>
/// <param name="Key">The key.</param>
/// <param name="ConfirmedAt">When the source last said that it was its key.</param>
/// <param name="RetiredAt">When another one took its place; <see langword="null"/> for the current one.</param>
internal sealed record RestoredKey(WebhookPublicKey Key, DateTimeOffset ConfirmedAt, DateTimeOffset? RetiredAt);

/// <summary>A key of the cloud that another one has taken the place of.</summary>
/// <param name="Key">The key.</param>
/// <param name="ConfirmedAt">When the cloud last said that it was its key.</param>
/// <param name="RetiredAt">When the other one took its place.</param>
/// <param name="ValidUntil">When signatures made with it stop being accepted.</param>
public sealed record RetiredPublicKey(WebhookPublicKey Key, DateTimeOffset ConfirmedAt, DateTimeOffset RetiredAt, DateTimeOffset ValidUntil);

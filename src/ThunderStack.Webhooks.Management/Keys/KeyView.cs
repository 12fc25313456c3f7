using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Management.Keys;

/// <summary>Where a key comes from.</summary>
public enum KeySource
{
    /// <summary>The settings.</summary>
    Pinned = 0,

    /// <summary>The cloud, which has confirmed it since the start.</summary>
    Cloud = 1,

    /// <summary>An earlier run; the cloud has not confirmed it since.</summary>
    Kept = 2,
}

/// <summary>The public key that signatures are checked with.</summary>
/// <param name="Fingerprint">Its SHA-256 in hexadecimal; <see langword="null"/> when there is no key.</param>
/// <param name="Bits">How long it is, in bits.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Status">Whether signatures can be checked with it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="ConfirmedAt">When the cloud last confirmed it, in UTC; <see langword="null"/> of a pinned key.</param>
/// <param name="AgeSeconds">How long ago that was, in seconds.</param>
/// <param name="Others">The other keys that signatures are accepted of.</param>
/// <param name="LastFetch">The last time that the cloud was asked; <see langword="null"/> when it was not.</param>
public sealed record KeyView(
    string? Fingerprint, int? Bits, KeySource? Source, PublicKeyHealthStatus Status, string Reason, DateTime? ConfirmedAt, double? AgeSeconds,
    IReadOnlyList<OtherKeyView> Others, KeyFetchView? LastFetch)
{
    internal static KeyView Of(PublicKeyRing ring, DateTimeOffset now)
    {
        var snapshot = ring.Snapshot;
        var health = ring.GetHealth();
        var key = snapshot.Current ?? snapshot.Pinned.FirstOrDefault();
        var isFetched = snapshot.Current is not null;
        IEnumerable<OtherKeyView> pinned = snapshot.Pinned.Where(other => other != key).Select(other => new OtherKeyView(other.Fingerprint.Value, other.SizeInBits, true, null));
        var retired = snapshot.Retired.Where(old => now < old.ValidUntil)
            .Select(old => new OtherKeyView(old.Key.Fingerprint.Value, old.Key.SizeInBits, false, old.ValidUntil.UtcDateTime));
        return new KeyView(
            key?.Fingerprint.Value,
            key?.SizeInBits,
            key is null ? null : !isFetched ? KeySource.Pinned : snapshot.IsFromStore ? KeySource.Kept : KeySource.Cloud,
            health.Status,
            health.Reason,
            isFetched ? snapshot.ConfirmedAt.UtcDateTime : null,
            isFetched ? Math.Max(0, (now - snapshot.ConfirmedAt).TotalSeconds) : null,
            [.. pinned, .. retired],
            ring.LastFetch is { } fetch ? new KeyFetchView(fetch.At.UtcDateTime, fetch.Problem) : null);
    }
}

/// <summary>Another key that signatures are accepted of.</summary>
/// <param name="Fingerprint">Its SHA-256 in hexadecimal.</param>
/// <param name="Bits">How long it is, in bits.</param>
/// <param name="IsPinned">Whether the settings have it; otherwise it was the cloud's before.</param>
/// <param name="ValidUntil">Until when it is accepted, in UTC; <see langword="null"/> without an end.</param>
public sealed record OtherKeyView(string Fingerprint, int Bits, bool IsPinned, DateTime? ValidUntil);

/// <summary>The last time that the cloud was asked for its key.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Problem">Why it gave none; <see langword="null"/> when it gave one.</param>
public sealed record KeyFetchView(DateTime At, string? Problem);

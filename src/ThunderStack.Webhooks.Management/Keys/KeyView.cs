using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Management.Keys;

/// <summary>Where a key comes from.</summary>
internal enum KeySource
{
    /// <summary>The settings.</summary>
    Pinned,

    /// <summary>The cloud, which has confirmed it since the start.</summary>
    Cloud,

    /// <summary>An earlier run; the cloud has not confirmed it since.</summary>
    Kept,
}

/// <summary>The public key that signatures are checked with.</summary>
internal sealed record KeyView(
    string? Fingerprint, int? Bits, KeySource? Source, PublicKeyHealthStatus Status, string Reason, DateTime? ConfirmedAt, double? AgeSeconds,
    IReadOnlyList<OtherKeyView> Others, KeyFetchView? LastFetch)
{
    public static KeyView Of(PublicKeyRing ring, DateTimeOffset now)
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
internal sealed record OtherKeyView(string Fingerprint, int Bits, bool IsPinned, DateTime? ValidUntil);

/// <summary>The last time that the cloud was asked for its key.</summary>
internal sealed record KeyFetchView(DateTime At, string? Problem);

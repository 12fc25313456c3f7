using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Signatures;

/// <summary>What a signature was found to be. The default value is the one that lets nothing in.</summary>
public enum SignatureVerdictKind
{
    /// <summary>It cannot be told at the moment: it matches no known key, and the cloud could not be asked. Send again later.</summary>
    Undecided,

    /// <summary>
    /// ThunderStack did not make it: no pinned key matches, nor the one that the cloud served when it was asked after the request arrived.
    /// </summary>
    Forged,

    /// <summary>ThunderStack made it over exactly these bytes.</summary>
    Authentic,
}

/// <summary>The short reasons of a <see cref="SignatureVerdict"/>, for logs and as tag values of metrics.</summary>
public static class SignatureReasons
{
    /// <summary>A key matches.</summary>
    public const string Match = "match";

    /// <summary>No key matches.</summary>
    public const string Mismatch = "mismatch";

    /// <summary>No key makes signatures of this length.</summary>
    public const string Length = "length";

    /// <summary>There is no key to check with.</summary>
    public const string NoKey = "no-key";

    /// <summary>No known key matches, and asking for a newer one failed.</summary>
    public const string FetchFailed = "fetch-failed";

    /// <summary>No known key matches, and it is too early to ask for a newer one again.</summary>
    public const string RefetchFloor = "refetch-floor";
}

/// <summary>The result of checking a signature.</summary>
public readonly struct SignatureVerdict
{
    private SignatureVerdict(
        SignatureVerdictKind kind, WebhookPublicKey? key, ReadOnlyMemory<byte> bodyHash, string reason, TimeSpan? retryAfter)
    {
        Kind = kind;
        Key = key;
        BodyHash = bodyHash;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>What the signature was found to be.</summary>
    public SignatureVerdictKind Kind { get; }

    /// <summary>The key that made it; only when <see cref="SignatureVerdictKind.Authentic"/>.</summary>
    public WebhookPublicKey? Key { get; }

    /// <summary>The SHA-256 of the body.</summary>
    public ReadOnlyMemory<byte> BodyHash { get; }

    /// <summary>Why, as one of <see cref="SignatureReasons"/>.</summary>
    public string Reason { get; }

    /// <summary>
    /// When to send the request again, in whole seconds and at least one; only when <see cref="SignatureVerdictKind.Undecided"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; }

    internal static SignatureVerdict Authentic(WebhookPublicKey key, ReadOnlyMemory<byte> bodyHash) =>
        new(SignatureVerdictKind.Authentic, key, bodyHash, SignatureReasons.Match, null);

    internal static SignatureVerdict Forged(ReadOnlyMemory<byte> bodyHash, string reason) =>
        new(SignatureVerdictKind.Forged, null, bodyHash, reason, null);

    internal static SignatureVerdict Undecided(ReadOnlyMemory<byte> bodyHash, string reason, TimeSpan retryAfter) =>
        new(SignatureVerdictKind.Undecided, null, bodyHash, reason, retryAfter);
}

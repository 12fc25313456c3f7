using System.Security.Cryptography;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Signatures;

/// <summary>
/// Says whether ThunderStack signed a body: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2) over its exact bytes. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// A signature that no known key matches may be a forger's, or the first one of a new key. So a request is called forged only
/// when the source was asked for its key after the request arrived and that key does not match either; while the source
/// cannot be asked, or was asked too recently, it is undecided. A rotation never makes an authentic event a forged one.
/// </remarks>
/// <param name="keys">The keys to check with.</param>
public sealed class SignatureVerifier(PublicKeyRing keys)
{
    /// <summary>
    /// Whether a signature of this length could be authentic: one that no key makes need not be checked, nor its body be read.
    /// </summary>
    /// <param name="signatureLength">The length of the decoded signature, in bytes.</param>
    public bool IsPossible(int signatureLength)
    {
        var known = keys.Snapshot;
        return known.IsKnownLength(signatureLength) || ((keys.Fetches || !known.HasKey) && known.IsPlausible(signatureLength));
    }

    /// <summary>
    /// Checks a signature. Completes at once when a known key matches or none ever could; otherwise waits for the key source: 5 s at
    /// most for one that does not answer, and twice that only when it answered a question asked before and not the next.
    /// </summary>
    /// <param name="body">The body, exactly as it was received.</param>
    /// <param name="signature">The decoded signature (<see cref="SignatureHeader"/>); must not be changed meanwhile.</param>
    /// <param name="cancellationToken">Gives up waiting; a fetch that has begun goes on for the others.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled while waiting.</exception>
    public ValueTask<SignatureVerdict> VerifyAsync(ReadOnlyMemory<byte> body, byte[] signature, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var arrivedAfter = keys.LastStarted;
        var hash = SHA256.HashData(body.Span);
        var seen = keys.Snapshot;
        if (keys.Match(seen, hash, signature) is { } key)
        {
            return new(SignatureVerdict.Authentic(key, hash));
        }

        if (!seen.IsPlausible(signature.Length))
        {
            return new(SignatureVerdict.Forged(hash, SignatureReasons.Length));
        }

        if (keys.Fetches)
        {
            return AskAsync(arrivedAfter, seen, new SignedHash(hash, signature), cancellationToken);
        }

        return new(seen.HasKey
            ? SignatureVerdict.Forged(hash, SignatureReasons.Mismatch)
            : SignatureVerdict.Undecided(hash, SignatureReasons.NoKey, keys.RetryAfter()));
    }

    /// <summary>Checks a signature against these keys alone, offline: a stored event, a capture.</summary>
    /// <param name="body">The body, exactly as it was received.</param>
    /// <param name="signature">The decoded signature.</param>
    /// <param name="candidates">The keys to check with.</param>
    /// <returns>Authentic or forged; undecided only without a key.</returns>
    public static SignatureVerdict Verify(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature, params IEnumerable<WebhookPublicKey> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var hash = SHA256.HashData(body);
        var reason = SignatureReasons.NoKey;
        foreach (var candidate in candidates)
        {
            if (candidate.Verify(hash, signature))
            {
                return SignatureVerdict.Authentic(candidate, hash);
            }

            var isLength = signature.Length == candidate.SignatureLength || reason == SignatureReasons.Mismatch;
            reason = isLength ? SignatureReasons.Mismatch : SignatureReasons.Length;
        }

        return reason == SignatureReasons.NoKey
            ? SignatureVerdict.Undecided(hash, reason, TimeSpan.FromSeconds(1))
            : SignatureVerdict.Forged(hash, reason);
    }

    private async ValueTask<SignatureVerdict> AskAsync(
        long arrivedAfter, PublicKeySnapshot seen, SignedHash signed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var fetch = keys.FetchForMismatch(seen, signed);
            var result = fetch is null ? null : await fetch.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);

            var before = seen;
            seen = keys.Snapshot;
            if (!ReferenceEquals(seen, before) && keys.Match(seen, signed.Hash, signed.Signature) is { } key)
            {
                return SignatureVerdict.Authentic(key, signed.Hash);
            }

            if (fetch is null && ReferenceEquals(seen, before))
            {
                return Undecided(seen, signed, SignatureReasons.RefetchFloor);
            }

            // A source that has just failed, perhaps after its whole 5 s, is not asked once more: the sender will.
            if (result is { Key: null })
            {
                return Undecided(seen, signed, SignatureReasons.FetchFailed);
            }

            // A fetch that was under way when the request arrived may have been answered before a rotation: it proves nothing.
            if (fetch?.Sequence > arrivedAfter)
            {
                return SignatureVerdict.Forged(signed.Hash, SignatureReasons.Mismatch);
            }
        }
    }

    private SignatureVerdict Undecided(PublicKeySnapshot seen, SignedHash signed, string reason) =>
        SignatureVerdict.Undecided(signed.Hash, seen.HasKey ? reason : SignatureReasons.NoKey, keys.RetryAfter());
}

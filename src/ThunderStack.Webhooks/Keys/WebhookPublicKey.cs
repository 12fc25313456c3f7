using System.Collections.Concurrent;
using System.Security.Cryptography;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// A public RSA key that the key policy has admitted. Safe for concurrent use. Made by <see cref="PublicKeyPolicy"/>.
/// </summary>
public sealed class WebhookPublicKey
{
    // A verifier is for one caller at a time, and making one costs more than a verification, so each concurrent caller
    // borrows its own. There are never more than there were concurrent callers. Slots per processor or per thread measure
    // the same: nearly all of the 20 microseconds are OpenSSL's.
    private readonly ConcurrentBag<RsaVerifier> _idle = [];
    private readonly byte[] _subjectPublicKeyInfo;

    internal WebhookPublicKey(RSA rsa)
    {
        _subjectPublicKeyInfo = rsa.ExportSubjectPublicKeyInfo();
        Fingerprint = KeyFingerprint.Of(_subjectPublicKeyInfo);
        SizeInBits = rsa.KeySize;
        SignatureLength = (rsa.KeySize + 7) / 8;
        _idle.Add(RsaVerifier.Create(_subjectPublicKeyInfo));
    }

    /// <summary>Names the key.</summary>
    public KeyFingerprint Fingerprint { get; }

    /// <summary>The size of the modulus in bits.</summary>
    public int SizeInBits { get; }

    /// <summary>The exact length in bytes of every signature made with this key.</summary>
    public int SignatureLength { get; }

    /// <summary>The key as a DER-encoded SubjectPublicKeyInfo (RFC 5280).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    /// <summary>The key as PEM.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _subjectPublicKeyInfo);

    /// <summary>
    /// Whether <paramref name="signature"/> is this key's RSASSA-PKCS1-v1_5 signature over the SHA-256 <paramref name="hash"/>.
    /// </summary>
    /// <exception cref="CryptographicException">It could not be found out: the library failed.</exception>
    public bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        if (!_idle.TryTake(out var verifier))
        {
            verifier = RsaVerifier.Create(_subjectPublicKeyInfo);
        }

        try
        {
            return verifier.Verify(hash, signature);
        }
        finally
        {
            _idle.Add(verifier);
        }
    }
}

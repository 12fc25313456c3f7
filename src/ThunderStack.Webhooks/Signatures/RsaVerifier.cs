namespace ThunderStack.Webhooks.Signatures;

/// <summary>Verifies RSASSA-PKCS1-v1_5 signatures over SHA-256 hashes with one key, for one caller at a time.</summary>
internal abstract class RsaVerifier : IDisposable
{
    /// <summary>The fastest one that this machine has.</summary>
    public static RsaVerifier Create(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        (RsaVerifier?)OpenSslRsaVerifier.TryCreate(subjectPublicKeyInfo) ?? new PlatformRsaVerifier(subjectPublicKeyInfo);

    /// <summary>Whether <paramref name="signature"/> is the key's over <paramref name="hash"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It could not be found out.</exception>
    public abstract bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    public abstract void Dispose();
}

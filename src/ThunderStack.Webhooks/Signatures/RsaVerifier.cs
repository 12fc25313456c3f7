namespace ThunderStack.Webhooks.Signatures;

/// <summary>Verifies RSASSA-PKCS1-v1_5 signatures over SHA-256 hashes with one key, for one caller at a time.</summary>
internal abstract class RsaVerifier : IDisposable
{
    /// <summary>The environment variable that turns OpenSSL, called directly, off: <c>0</c> or <c>false</c>.</summary>
    public const string OpenSslVariable = "THUNDERSTACK_OPENSSL";

    /// <summary>The fastest one that this machine has and may use.</summary>
    public static RsaVerifier Create(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Create(subjectPublicKeyInfo, Environment.GetEnvironmentVariable(OpenSslVariable));

    /// <inheritdoc cref="Create(ReadOnlySpan{byte})"/>
    /// <param name="subjectPublicKeyInfo">The key.</param>
    /// <param name="openSsl">What <see cref="OpenSslVariable"/> is set to.</param>
    internal static RsaVerifier Create(ReadOnlySpan<byte> subjectPublicKeyInfo, string? openSsl)
    {
        var isOff = openSsl == "0" || string.Equals(openSsl, "false", StringComparison.OrdinalIgnoreCase);
        return (isOff ? null : (RsaVerifier?)OpenSslRsaVerifier.TryCreate(subjectPublicKeyInfo)) ?? new PlatformRsaVerifier(subjectPublicKeyInfo);
    }

    /// <summary>Whether <paramref name="signature"/> is the key's over <paramref name="hash"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It could not be found out.</exception>
    public abstract bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    public abstract void Dispose();
}

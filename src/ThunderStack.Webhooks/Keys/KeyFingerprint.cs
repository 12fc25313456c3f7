using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Keys;

/// <summary>Names a public key: the SHA-256 of its SubjectPublicKeyInfo in DER, as 64 lower-case hexadecimal digits.</summary>
/// <remarks><c>openssl pkey -pubin -in key.pem -outform DER | sha256sum</c> prints the same.</remarks>
/// <param name="Value">The digits.</param>
public readonly record struct KeyFingerprint(string Value)
{
    /// <summary>The fingerprint of a key.</summary>
    public static KeyFingerprint Of(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        new(Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo)));

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out KeyFingerprint fingerprint)
    {
        fingerprint = new KeyFingerprint(text?.ToLowerInvariant() ?? "");
        return text?.Length == SHA256.HashSizeInBytes * 2 && text.All(char.IsAsciiHexDigit);
    }

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}

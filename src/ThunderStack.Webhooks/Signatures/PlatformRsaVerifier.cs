using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Signatures;

/// <summary>Verifies with .NET's own <see cref="RSA"/>, on every platform.</summary>
internal sealed class PlatformRsaVerifier : RsaVerifier
{
    private readonly RSA _rsa = RSA.Create();

    public PlatformRsaVerifier(ReadOnlySpan<byte> subjectPublicKeyInfo) => _rsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);

    public override bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        _rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public override void Dispose() => _rsa.Dispose();
}

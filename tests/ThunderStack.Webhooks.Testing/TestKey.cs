using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Testing;

/// <summary>A key pair that plays ThunderStack's. Making one takes tens of milliseconds, so tests share <see cref="Default"/>.</summary>
public sealed class TestKey
{
    private readonly Lock _gate = new();
    private readonly RSA _rsa;

    private TestKey(RSA rsa)
    {
        _rsa = rsa;
        PublicKeyPem = rsa.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>The key that valid deliveries are signed with.</summary>
    public static TestKey Default { get; } = Create();

    /// <summary>A second key: a forger's, or the cloud's next one.</summary>
    public static TestKey Other { get; } = Create();

    public string PublicKeyPem { get; }

    public static TestKey Create(int bits = 2048) => new(RSA.Create(bits));

    public byte[] Sign(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            return _rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public byte[] SignWith(ReadOnlySpan<byte> body, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        lock (_gate)
        {
            return _rsa.SignData(body, hash, padding);
        }
    }
}

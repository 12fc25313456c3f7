using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Emulator.Keys;

/// <summary>The cloud's key pair: made at start, replaced on request, never written anywhere.</summary>
internal sealed class SigningKey : IDisposable
{
    private const int Bits = 2048;

    private readonly Lock _gate = new();
    private RSA _rsa;

    public SigningKey()
        : this(RSA.Create(Bits))
    {
    }

    private SigningKey(RSA rsa) => _rsa = rsa;

    /// <summary>The public half as SPKI PEM.</summary>
    public string PublicKeyPem => Export(rsa => rsa.ExportSubjectPublicKeyInfoPem());

    /// <summary>Something of the key's, in a form that the caller chooses.</summary>
    public T Export<T>(Func<RSA, T> export)
    {
        // An RSA instance is not promised to be thread-safe.
        lock (_gate)
        {
            return export(_rsa);
        }
    }

    /// <summary>The same key once more, for a thread that signs without waiting for others.</summary>
    public SigningKey Clone() => new(Export(rsa =>
    {
        var copy = RSA.Create();
        copy.ImportParameters(rsa.ExportParameters(includePrivateParameters: true));
        return copy;
    }));

    /// <summary>Signs as the documentation says: RSASSA-PKCS1-v1_5 with SHA-256 over the exact bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            return _rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>Replaces the key and returns the new public half. What was signed before is not verified by it.</summary>
    public string Rotate()
    {
        var next = RSA.Create(Bits);
        lock (_gate)
        {
            _rsa.Dispose();
            _rsa = next;
            return next.ExportSubjectPublicKeyInfoPem();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _rsa.Dispose();
        }
    }
}

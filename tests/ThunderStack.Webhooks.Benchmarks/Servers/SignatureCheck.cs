using System.Buffers;
using System.Security.Cryptography;
using ThunderStack.Webhooks.Benchmarks.Signing;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>The signature check as one would write it by hand for speed: one RSA instance per thread, and no allocation.</summary>
/// <param name="publicKeyPem">The key.</param>
/// <param name="withProduct">Whether the product's arithmetic takes the place of .NET's.</param>
internal sealed class SignatureCheck(string publicKeyPem, bool withProduct = false) : IDisposable
{
    public const int HashLength = SHA256.HashSizeInBytes;
    public const int SignatureLength = 256;

    private const int HeaderLength = 344;

    private readonly WebhookPublicKey? _product = withProduct ? PublicKeyPolicy.Parse(publicKeyPem).Key : null;
    private readonly ThreadLocal<RSA> _rsa = new(() =>
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(publicKeyPem);
        return rsa;
    });

    /// <summary>Whether the header holds, in canonical base64, the key's signature over <paramref name="body"/>.</summary>
    public bool IsAuthentic(IHeaderDictionary headers, in ReadOnlySequence<byte> body, Span<byte> hash, Span<byte> signature)
    {
        var header = headers[EventSigner.SignatureHeader];
        if (header.Count != 1 || header[0] is not { Length: HeaderLength } text)
            return false;

        // 344 characters that make 256 bytes contain no white space, and only two bits of the last digit count.
        if (!Convert.TryFromBase64String(text, signature, out var written)
            || written != SignatureLength
            || text[^3] is not ('A' or 'Q' or 'g' or 'w'))
        {
            return false;
        }

        SHA256.HashData(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), hash);
        return _product?.Verify(hash, signature)
            ?? _rsa.Value!.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public void Dispose() => _rsa.Dispose();
}

using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// Signs what is forwarded as Standard Webhooks says: HMAC-SHA256 over <c>id.timestamp.body</c>, version <c>v1</c>.
/// </summary>
/// <remarks>Source: the Standard Webhooks specification, "Signature scheme".</remarks>
internal sealed class StandardWebhooksSigner
{
    private const string SecretPrefix = "whsec_";

    private readonly byte[] _secret;

    private StandardWebhooksSigner(byte[] secret) => _secret = secret;

    public static bool TryCreate(string secret, [NotNullWhen(true)] out StandardWebhooksSigner? signer)
    {
        signer = null;
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            signer = string.IsNullOrWhiteSpace(secret) ? null : new StandardWebhooksSigner(Encoding.UTF8.GetBytes(secret));
            return signer is not null;
        }

        var encoded = secret.AsSpan(SecretPrefix.Length);
        if (encoded.IsEmpty || !Base64.IsValid(encoded))
        {
            return false;
        }

        signer = new StandardWebhooksSigner(Convert.FromBase64String(encoded.ToString()));
        return true;
    }

    public string Sign(string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{unixSeconds}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}

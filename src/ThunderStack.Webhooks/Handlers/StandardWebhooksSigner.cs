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
    /// <summary>What the specification asks for at least.</summary>
    public const int MinSecretBytes = 24;

    private const string SecretPrefix = "whsec_";

    private readonly byte[] _secret;

    private StandardWebhooksSigner(byte[] secret) => _secret = secret;

    public static bool TryCreate(string secret, [NotNullWhen(true)] out StandardWebhooksSigner? signer)
    {
        // With or without the prefix it is base64: so every library of the specification reads it.
        var encoded = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var isUsable = Base64.IsValid(encoded, out var length) && length >= MinSecretBytes;
        signer = isUsable ? new StandardWebhooksSigner(Convert.FromBase64String(encoded)) : null;
        return signer is not null;
    }

    public string Sign(string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{unixSeconds}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}

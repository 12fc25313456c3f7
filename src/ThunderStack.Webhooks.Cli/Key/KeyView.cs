using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Key;

/// <summary>A public key as it is shown.</summary>
internal sealed record KeyView(string Fingerprint, int SizeInBits, string Source, string PublicKey)
{
    public static KeyView Of(WebhookPublicKey key, string source) => new(key.Fingerprint.ToString(), key.SizeInBits, source, key.ToPem());
}

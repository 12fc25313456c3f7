using System.Diagnostics.CodeAnalysis;

namespace ThunderStack.Webhooks.Keys;

/// <summary>What <see cref="PublicKeyPolicy"/> decided: a key, or the reason why there is none.</summary>
public sealed class PublicKeyPolicyResult
{
    private PublicKeyPolicyResult(WebhookPublicKey? key, PublicKeyRefusal refusal, string message)
    {
        Key = key;
        Refusal = refusal;
        Message = message;
    }

    /// <summary>The admitted key.</summary>
    public WebhookPublicKey? Key { get; }

    /// <summary>Why it was refused; <see cref="PublicKeyRefusal.None"/> when it was not.</summary>
    public PublicKeyRefusal Refusal { get; }

    /// <summary>The reason as a sentence that says what to do; never any of the text that was refused. Empty for an admitted key.</summary>
    public string Message { get; }

    /// <summary>Whether the key was admitted.</summary>
    [MemberNotNullWhen(true, nameof(Key))]
    public bool IsAdmitted => Key is not null;

    internal static PublicKeyPolicyResult Admit(WebhookPublicKey key) => new(key, PublicKeyRefusal.None, "");

    internal static PublicKeyPolicyResult Refuse(PublicKeyRefusal refusal, string message) => new(null, refusal, message);
}

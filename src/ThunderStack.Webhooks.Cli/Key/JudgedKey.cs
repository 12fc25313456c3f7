using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Key;

/// <summary>What was found where a public key should be.</summary>
/// <param name="Judgement">The key, or why it is none.</param>
/// <param name="Source">Where it was found.</param>
/// <param name="Unusable">How the tool ends when it is none.</param>
internal sealed record JudgedKey(PublicKeyPolicyResult Judgement, string Source, ExitCode Unusable)
{
    /// <summary>The key.</summary>
    /// <exception cref="CommandException">It is none that webhooks may be verified with.</exception>
    public WebhookPublicKey Require() => Judgement.IsAdmitted
        ? Judgement.Key
        : throw new CommandException(Unusable, $"The key from {Source} cannot be used. {Judgement.Message}");
}

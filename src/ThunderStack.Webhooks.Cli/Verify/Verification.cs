using ThunderStack.Webhooks.Cli.Checks;
using ThunderStack.Webhooks.Cli.Key;

namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>What <c>verify</c> found.</summary>
/// <param name="Verdict"><c>authentic</c>, <c>forged</c>, or <c>undecided</c> without a key.</param>
/// <param name="Accepted">Whether a receiver with this key and this node would store it.</param>
/// <param name="Checks">Every check, in the order in which a receiver makes them.</param>
/// <param name="Key">The key it was checked with.</param>
/// <param name="Event">What is in the body, when it keeps to the contract.</param>
/// <param name="Hint">What else would have matched.</param>
internal sealed record Verification(
    string Verdict, bool Accepted, IReadOnlyList<Check> Checks, KeyView? Key, VerifiedEvent? Event, string? Hint);

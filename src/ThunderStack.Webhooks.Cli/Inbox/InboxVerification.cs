namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>What <c>inbox verify</c> found.</summary>
/// <param name="Checked">How many events were looked at.</param>
/// <param name="Authentic">How many have a signature that their key made over their body.</param>
/// <param name="Reconciled">How many were never signed, and say so.</param>
/// <param name="Observed">How many the receiver has written itself.</param>
/// <param name="Removed">How many have no body any more.</param>
/// <param name="Failed">How many are not what was accepted.</param>
/// <param name="Keys">How many authentic events each key made.</param>
/// <param name="Failures">The first hundred that failed.</param>
internal sealed record InboxVerification(
    long Checked,
    long Authentic,
    long Reconciled,
    long Observed,
    long Removed,
    long Failed,
    IReadOnlyDictionary<string, long> Keys,
    IReadOnlyList<InboxVerification.Failure> Failures)
{
    internal sealed record Failure(string EventId, DateTimeOffset ReceivedAt, string Problem);
}

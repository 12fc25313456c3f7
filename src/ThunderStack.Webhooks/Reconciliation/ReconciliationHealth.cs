namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>What reconciliation finds amiss in the cloud. Events that do arrive are received all the same.</summary>
public sealed class ReconciliationHealth
{
    private volatile string? _reason;

    /// <summary>What is wrong and what to do; <see langword="null"/> when nothing is, or nothing is compared.</summary>
    public string? Reason => _reason;

    internal void Set(string? reason) => _reason = reason;
}

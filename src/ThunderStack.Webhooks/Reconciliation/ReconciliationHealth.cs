using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>What reconciliation finds amiss in the cloud. Events that do arrive are received all the same.</summary>
public sealed class ReconciliationHealth
{
    private volatile Findings? _findings;
    private volatile string? _reason;

    /// <summary>What is wrong and what to do; <see langword="null"/> when nothing is, or nothing is compared.</summary>
    public string? Reason => _reason;

    /// <summary>What the last comparisons came to; <see langword="null"/> before the first.</summary>
    internal Findings? Last => _findings;

    /// <summary>A comparison succeeded.</summary>
    internal void Found(
        string? reason, IReadOnlySet<NodeId> missing, IReadOnlySet<NodeId> drifted, string? latestImage, IReadOnlySet<NodeId> outdated)
    {
        _reason = reason;
        _findings = new Findings(missing, drifted, null) { LatestImage = latestImage, Outdated = outdated };
    }

    /// <summary>The comparisons fail.</summary>
    internal void Failed(string reason)
    {
        _reason = reason;
        _findings = _findings is { } known ? known with { Failure = reason } : new Findings(null, null, reason);
    }

    /// <param name="Missing">Configured nodes that the cloud does not list; <see langword="null"/> when it was never asked.</param>
    /// <param name="Drifted">Nodes that post their events elsewhere.</param>
    /// <param name="Failure">Why the last comparisons failed; <see langword="null"/> when the last one did not.</param>
    internal sealed record Findings(IReadOnlySet<NodeId>? Missing, IReadOnlySet<NodeId>? Drifted, string? Failure)
    {
        /// <summary>The latest image of nodes; <see langword="null"/>: the cloud has not said.</summary>
        public string? LatestImage { get; init; }

        /// <summary>The nodes that run another one.</summary>
        public IReadOnlySet<NodeId> Outdated { get; init; } = new HashSet<NodeId>();
    }
}

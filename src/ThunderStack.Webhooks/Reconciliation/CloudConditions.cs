using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>What follows from the comparisons with the cloud.</summary>
internal sealed class CloudConditions(ReconciliationHealth health, NodeDirectory nodes, TimeProvider time) : IConditionSource
{
    public IReadOnlyCollection<ConditionKind> Kinds { get; } =
        [ConditionKind.NodeMissing, ConditionKind.WebhookUrlDrifted, ConditionKind.CloudUnreachable, ConditionKind.UpgradeAvailable];

    public Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken) =>
        Task.FromResult(health.Last is { } last ? (IReadOnlyCollection<Condition>)[.. Find(last, open)] : null);

    private IEnumerable<Condition> Find(ReconciliationHealth.Findings last, IReadOnlyCollection<Condition> open)
    {
        var now = time.GetUtcNow();
        if (last.Failure is { } failure)
        {
            yield return Condition.Of(
                ConditionKind.CloudUnreachable, ConditionSeverity.Warning, "receiver", now, failure, "Look at ThunderStack:Cloud with \"thunderstack doctor\".");
        }

        if (last.Missing is null || last.Drifted is null)
        {
            // Never asked: what another replica has found may still be.
            foreach (var condition in open.Where(condition => condition.Kind != ConditionKind.CloudUnreachable))
            {
                yield return condition;
            }

            yield break;
        }

        if (last.Outdated.Count > 0)
        {
            var named = string.Join(", ", last.Outdated.Take(5).Select(nodes.DisplayNameOf)) + (last.Outdated.Count > 5 ? " and others" : "");
            yield return Condition.Of(
                ConditionKind.UpgradeAvailable, ConditionSeverity.Info, "receiver", now, $"The cloud has a newer node image, {last.LatestImage}, than that of {named}.",
                "Upgrade them in the cloud when it suits you: each is locked afterwards.");
        }

        foreach (var node in last.Missing)
        {
            yield return Condition.OfNode(
                ConditionKind.NodeMissing, ConditionSeverity.Warning, node, now, $"The cloud does not list the node {nodes.DisplayNameOf(node)}.",
                "Look at ThunderStack:Nodes, and whose token ThunderStack:Cloud:ApiToken is.");
        }

        foreach (var node in last.Drifted)
        {
            yield return Condition.OfNode(
                ConditionKind.WebhookUrlDrifted, ConditionSeverity.Warning, node, now, $"Node {nodes.DisplayNameOf(node)} posts its events elsewhere.",
                $"Run \"thunderstack webhook set {node}\", or set ThunderStack:Cloud:RepairWebhookUrl.");
        }
    }
}

using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>Open conditions by kind, as they were last listed. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal sealed class ConditionMetrics
{
    private volatile IReadOnlyList<Condition> _open = [];

    public ConditionMetrics(IMeterFactory meters, IInboxAdministration inbox) => _ = meters.Create(WebhookMetrics.Name).CreateObservableGauge(
        "thunderstack.conditions",
        () => _open.GroupBy(condition => (condition.Kind, condition.Severity))
            .Select(group => Measure(group.Count(), group.Key.Kind, group.Key.Severity))
            .Append(Measure(inbox.Health.IsHealthy ? 0 : 1, ConditionKind.InboxUnhealthy, ConditionSeverity.Critical)),
        "{condition}",
        "Conditions that need a person, of all receivers that share the inbox.");

    /// <summary>Replaces what is measured.</summary>
    public void Set(IReadOnlyList<Condition> open) => _open = open;

    private static Measurement<int> Measure(int count, ConditionKind kind, ConditionSeverity severity) => new(
        count,
        new KeyValuePair<string, object?>("kind", kind.Value),
        new KeyValuePair<string, object?>("severity", severity.ToString().ToLowerInvariant()));
}

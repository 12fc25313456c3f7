using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>Open conditions by kind, as they were last listed. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal sealed class ConditionMetrics
{
    private volatile IReadOnlyList<Condition> _open = [];

    /// <summary>Creates the instrument.</summary>
    public ConditionMetrics(IMeterFactory meters) => _ = meters.Create(WebhookMetrics.Name).CreateObservableGauge(
        "thunderstack.conditions",
        () => _open.GroupBy(condition => (condition.Kind, condition.Severity)).Select(group => new Measurement<int>(
            group.Count(),
            new KeyValuePair<string, object?>("kind", group.Key.Kind.Value),
            new KeyValuePair<string, object?>("severity", group.Key.Severity.ToString().ToLowerInvariant()))),
        "{condition}",
        "Conditions that need a person, of all receivers that share the inbox.");

    /// <summary>Replaces what is measured.</summary>
    public void Set(IReadOnlyList<Condition> open) => _open = open;
}

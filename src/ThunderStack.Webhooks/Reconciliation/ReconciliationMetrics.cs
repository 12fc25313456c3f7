using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>What reconciliation finds, as numbers.</summary>
internal sealed class ReconciliationMetrics
{
    private readonly Counter<long> _sweeps;
    private readonly Counter<long> _events;
    private readonly Counter<long> _repairs;

    public ReconciliationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(KeyMetrics.MeterName);
        _sweeps = meter.CreateCounter<long>("thunderstack.reconciliation.sweeps", "{sweep}", "Comparisons with the cloud, by outcome.");
        _events = meter.CreateCounter<long>("thunderstack.reconciliation.events", "{event}", "Events stored for changes whose webhook never came.");
        _repairs = meter.CreateCounter<long>("thunderstack.reconciliation.repairs", "{repair}", "Webhook URLs set back in the cloud.");
    }

    public void Swept(bool succeeded) => _sweeps.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "succeeded" : "failed"));

    public void Emitted() => _events.Add(1);

    public void Repaired() => _repairs.Add(1);
}

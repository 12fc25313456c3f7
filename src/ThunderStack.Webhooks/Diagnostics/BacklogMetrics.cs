using System.Diagnostics.Metrics;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>What waits, by handler, as it was last counted. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal sealed class BacklogMetrics
{
    private volatile IReadOnlyList<HandlerBacklog> _backlogs = [];

    public BacklogMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WebhookMetrics.Name);
        _ = meter.CreateObservableGauge(
            "thunderstack.deliveries.pending", () => Measure(backlog => backlog.Pending), "{delivery}",
            "Deliveries that have not been attempted or are being attempted, of all receivers that share the inbox.");
        _ = meter.CreateObservableGauge(
            "thunderstack.deliveries.scheduled", () => Measure(backlog => backlog.Scheduled), "{delivery}",
            "Deliveries that wait for another attempt, of all receivers that share the inbox.");
        _ = meter.CreateObservableGauge(
            "thunderstack.deliveries.oldest", () => Measure(backlog => backlog.Oldest.TotalSeconds), "s",
            "Time since the receipt of the event that has waited longest; 0 when nothing waits.");
    }

    /// <summary>Replaces what is measured. A handler that is left out is not measured.</summary>
    public void Set(IReadOnlyList<HandlerBacklog> backlogs) => _backlogs = backlogs;

    private IEnumerable<Measurement<T>> Measure<T>(Func<HandlerBacklog, T> value)
        where T : struct =>
        _backlogs.Select(backlog => new Measurement<T>(value(backlog), new KeyValuePair<string, object?>("handler", backlog.Handler)));
}

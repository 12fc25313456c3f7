using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>The instruments of dispatch. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal sealed class DeliveryMetrics
{
    // Seconds; an exporter's own boundaries are made for milliseconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _running;

    public DeliveryMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(WebhookMetrics.Name);
        _attempts = meter.CreateCounter<long>("thunderstack.delivery.attempts", "{attempt}", "Delivery attempts by handler and outcome.");
        _duration = meter.CreateHistogram<double>("thunderstack.delivery.duration", "s", "Time a handler took for one attempt.", tags: null, Durations);
        _running = meter.CreateUpDownCounter<long>("thunderstack.delivery.running", "{attempt}", "Attempts that are running now.");
    }

    internal void Started(string handler) => _running.Add(1, new KeyValuePair<string, object?>("handler", handler));

    internal void Ended(string handler, DeliveryOutcome outcome, TimeSpan elapsed)
    {
        var handlerTag = new KeyValuePair<string, object?>("handler", handler);
        var outcomeTag = new KeyValuePair<string, object?>("outcome", NameOf(outcome));
        _running.Add(-1, handlerTag);
        _attempts.Add(1, handlerTag, outcomeTag);
        _duration.Record(elapsed.TotalSeconds, handlerTag, outcomeTag);
    }

    private static string NameOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Succeeded => "succeeded",
        DeliveryOutcome.Retry => "retry",
        DeliveryOutcome.DeadLettered => "dead_lettered",
        DeliveryOutcome.Superseded => "superseded",
        DeliveryOutcome.Released => "released",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}

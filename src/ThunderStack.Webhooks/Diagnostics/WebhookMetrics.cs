using System.Diagnostics.Metrics;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>The instruments of receiving. Meter: <c>ThunderStack.Webhooks</c>.</summary>
public sealed class WebhookMetrics
{
    /// <summary>The name of the meter and of the activity source: the assembly's.</summary>
    public const string Name = "ThunderStack.Webhooks";

    // Seconds; an exporter's own boundaries are made for milliseconds.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    private readonly Counter<long> _requests;
    private readonly Counter<long> _closedConnections;
    private readonly Histogram<double> _appendDuration;

    /// <summary>Creates the instruments.</summary>
    public WebhookMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _requests = meter.CreateCounter<long>("thunderstack.webhook.requests", "{request}", "Webhook requests by outcome.");
        _closedConnections = meter.CreateCounter<long>(
            "thunderstack.webhook.connections.closed", "{connection}", "Connections that were closed to keep the receiver reachable, by reason.");
        _appendDuration = meter.CreateHistogram<double>(
            "thunderstack.inbox.append.duration", "s", "Time from handing an event to the inbox until its commit is known.",
            tags: null, Durations);
    }

    internal bool MeasuresAppends => _appendDuration.Enabled;

    /// <summary>Counts a request that has been answered.</summary>
    /// <param name="outcome">A member of <see cref="Intake.IntakeOutcome"/> in snake case.</param>
    public void RequestAnswered(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a connection that was closed so that others can be served.</summary>
    /// <param name="reason"><c>silent</c>, <c>idle</c>, <c>receiving</c> or <c>refused</c>: what it was doing.</param>
    public void ConnectionClosed(string reason) => _closedConnections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Appended(TimeSpan elapsed) => _appendDuration.Record(elapsed.TotalSeconds);
}

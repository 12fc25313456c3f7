using System.Diagnostics.Metrics;

namespace ThunderStack.Webhooks.Keys;

/// <summary>What happens to the keys, as numbers.</summary>
internal sealed class KeyMetrics
{
    internal const string MeterName = "ThunderStack.Webhooks";

    private readonly Meter _meter;
    private readonly Counter<long> _fetches;
    private readonly Counter<long> _rotations;

    public KeyMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _fetches = _meter.CreateCounter<long>(
            "thunderstack.key.fetches", "{fetch}", "Questions to the cloud for its public key, by outcome and cause.");
        _rotations = _meter.CreateCounter<long>("thunderstack.key.rotations", "{rotation}", "Times the cloud's public key was replaced.");
    }

    /// <summary>Shows how long ago the cloud has confirmed the key; nothing while it has not, or is not asked.</summary>
    public void ObserveAge(Func<TimeSpan?> age) => _ = _meter.CreateObservableGauge(
        "thunderstack.key.age",
        () => age() is { } known ? [new Measurement<double>(known.TotalSeconds)] : Enumerable.Empty<Measurement<double>>(),
        "s",
        "Time since the cloud last confirmed its public key.");

    /// <summary>A fetch has ended. <c>cause</c> is <c>mismatch</c> for one that a signature caused, else <c>background</c>.</summary>
    public void Fetched(PublicKeyFetchOutcome outcome, bool byMismatch) => _fetches.Add(
        1,
        new KeyValuePair<string, object?>("outcome", Name(outcome)),
        new KeyValuePair<string, object?>("cause", byMismatch ? "mismatch" : "background"));

    public void Rotated() => _rotations.Add(1);

    private static string Name(PublicKeyFetchOutcome outcome) => outcome switch
    {
        PublicKeyFetchOutcome.Succeeded => "succeeded",
        PublicKeyFetchOutcome.Refused => "refused",
        _ => "failed",
    };
}

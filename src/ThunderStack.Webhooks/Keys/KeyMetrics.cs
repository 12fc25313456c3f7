using System.Diagnostics.Metrics;

namespace ThunderStack.Webhooks.Keys;

/// <summary>What happens to the keys, as numbers.</summary>
internal sealed class KeyMetrics
{
    internal const string MeterName = "ThunderStack.Webhooks";

    private readonly Counter<long> _fetches;
    private readonly Counter<long> _rotations;

    public KeyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _fetches = meter.CreateCounter<long>(
            "thunderstack.key.fetches", "{fetch}", "Questions to the cloud for its public key, by outcome and cause.");
        _rotations = meter.CreateCounter<long>("thunderstack.key.rotations", "{rotation}", "Times the cloud's public key was replaced.");
    }

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

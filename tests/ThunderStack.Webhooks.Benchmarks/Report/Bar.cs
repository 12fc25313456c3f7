using ThunderStack.Webhooks.Benchmarks.Servers;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>What the product promises, and whether it keeps it here.</summary>
/// <param name="Promise">In words.</param>
/// <param name="Measured">The number found, in words.</param>
/// <param name="IsKept">Whether that is good enough.</param>
internal sealed record Bar(string Promise, string Measured, bool IsKept)
{
    private const double LeastShareOfVerify = 0.65;
    private const double LeastTimesOneCommit = 5;
    private const double LeastShareOfVerifyWithPostgreSql = 0.7;
    private static readonly TimeSpan MostP99 = TimeSpan.FromMilliseconds(15);

    /// <summary>The promises that can be checked with what was measured.</summary>
    public static IReadOnlyList<Bar> Check(IReadOnlyList<Measurement> measurements)
    {
        var bars = measurements.Where(measurement => !measurement.IsValid).Select(Invalid).ToList();
        AddRatio(bars, measurements, Variant.ReceiverPostgreSql, Variant.Verify, LeastShareOfVerifyWithPostgreSql);
        var receiver = measurements.Where(measurement => measurement.Variant == Variant.Receiver).ToArray();
        if (receiver.Length == 0)
            return bars;

        AddRatio(bars, measurements, Variant.Receiver, Variant.Verify, LeastShareOfVerify);
        AddRatio(bars, measurements, Variant.Receiver, Variant.OneCommit, LeastTimesOneCommit);
        var p99 = VariantSummary.Median(receiver.Select(turn => turn.Load.Latencies.Quantile(0.99).TotalMilliseconds));
        bars.Add(new Bar($"receiver p99 ≤ {MostP99.TotalMilliseconds} ms", $"{p99:F1} ms", p99 <= MostP99.TotalMilliseconds));
        return bars;
    }

    private static void AddRatio(List<Bar> bars, IReadOnlyList<Measurement> measurements, Variant variant, Variant other, double least)
    {
        var ratio = VariantSummary.Median(VariantSummary.RatiosOf(variant, other, measurements));
        if (!double.IsNaN(ratio))
            bars.Add(new Bar($"{variant.Name} ≥ {least} × {other.Name}", $"{ratio:F2}", ratio >= least));
    }

    private static Bar Invalid(Measurement measurement) => new(
        $"{measurement.Variant.Name}: every answer is 200",
        $"{measurement.Load.Failures} were not in turn {measurement.Turn}: {measurement.Load.FirstFailure}",
        IsKept: false);
}

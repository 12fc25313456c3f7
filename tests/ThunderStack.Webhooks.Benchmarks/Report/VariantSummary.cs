using ThunderStack.Webhooks.Benchmarks.Servers;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>All turns of one variant.</summary>
/// <param name="Variant">Which.</param>
/// <param name="Turns">Its measurements.</param>
/// <param name="Ratios">Its rate divided by that of <see cref="Variant.Verify"/> in the same turn; empty when that was not measured.</param>
internal sealed record VariantSummary(Variant Variant, IReadOnlyList<Measurement> Turns, IReadOnlyList<double> Ratios)
{
    public bool IsValid => Turns.All(turn => turn.IsValid);

    public static VariantSummary Of(Variant variant, IReadOnlyList<Measurement> measurements) => new(
        variant,
        [.. measurements.Where(measurement => measurement.Variant == variant)],
        [.. RatiosOf(variant, Variant.Verify, measurements)]);

    /// <summary>The rate of one variant divided by another's, turn by turn.</summary>
    public static IEnumerable<double> RatiosOf(Variant variant, Variant other, IReadOnlyList<Measurement> measurements) =>
        from measured in measurements
        where measured.Variant == variant
        join reference in measurements.Where(measurement => measurement.Variant == other) on measured.Turn equals reference.Turn
        select measured.Load.Rate / reference.Load.Rate;

    public double Median(Func<Measurement, double> value) => Median(Turns.Select(value));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

namespace ThunderStack.Webhooks.PostgreSql.Tests.Growth;

/// <summary>How long something took, each time.</summary>
internal sealed class Timings
{
    private readonly List<double> _milliseconds = [];

    public void Add(IEnumerable<TimeSpan> elapsed) => _milliseconds.AddRange(elapsed.Select(time => time.TotalMilliseconds));

    public void Clear() => _milliseconds.Clear();

    /// <summary>In milliseconds: what this share of them did not exceed.</summary>
    public double Quantile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    public override string ToString() =>
        $"{_milliseconds.Count} times, p50 {Quantile(0.5):0.00} ms, p90 {Quantile(0.9):0.00} ms, p99 {Quantile(0.99):0.00} ms";
}

namespace ThunderStack.Webhooks.PostgreSql.Tests.Growth;

/// <summary>How long something took, each time, round by round.</summary>
internal sealed class Timings
{
    private readonly List<double[]> _rounds = [];

    public void AddRound(IEnumerable<TimeSpan> elapsed) => _rounds.Add([.. elapsed.Select(time => time.TotalMilliseconds).Order()]);

    public void Clear() => _rounds.Clear();

    /// <summary>How many times as long as another this took that was measured in turns with it.</summary>
    /// <param name="other">The other, of the same rounds.</param>
    /// <param name="share">What share of a round's times has to be within the time that is compared.</param>
    /// <returns>
    /// The median over the rounds. The slowest hundredth of all rounds together would be the few rounds in which the machine
    /// had something else to do, which come to one as easily as to the other: two empty databases differ by 15 % in that.
    /// </returns>
    public double ComparedWith(Timings other, double share) =>
        Quantile([.. _rounds.Zip(other._rounds, (mine, its) => Quantile(mine, share) / Quantile(its, share)).Order()], 0.5);

    public override string ToString()
    {
        var all = _rounds.SelectMany(round => round).Order().ToArray();
        return $"{all.Length} times, p50 {Quantile(all, 0.5):0.00} ms, p90 {Quantile(all, 0.9):0.00} ms, p99 {Quantile(all, 0.99):0.00} ms";
    }

    private static double Quantile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}

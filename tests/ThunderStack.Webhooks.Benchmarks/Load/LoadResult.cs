namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>What the load generator saw.</summary>
/// <param name="Elapsed">From the first request to the last response.</param>
/// <param name="Busy">How much of that it took answers and sent events, and did not wait for any.</param>
/// <param name="Latencies">Of the requests that were answered 200.</param>
/// <param name="Failures">How many were answered otherwise or not at all.</param>
/// <param name="FirstFailure">The first of these.</param>
internal sealed record LoadResult(TimeSpan Elapsed, TimeSpan Busy, LatencyHistogram Latencies, long Failures, string? FirstFailure)
{
    public long Accepted => Latencies.Count;

    public double Rate => Accepted / Elapsed.TotalSeconds;
}

using System.Numerics;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>
/// Counts latencies in buckets that grow with the value: each power of two of nanoseconds is cut into 64, so that a
/// quantile is at most 1.6 % too high. Recording allocates nothing. One writer.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan latency)
    {
        _counts[BucketOf(latency.Ticks * TimeSpan.NanosecondsPerTick)]++;
        Count++;
        Max = latency > Max ? latency : Max;
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The latency that the share <paramref name="quantile"/> of all requests did not exceed; zero without any.</summary>
    public TimeSpan Quantile(double quantile)
    {
        var rank = (long)Math.Ceiling(quantile * Count);
        var seen = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank && seen > 0)
            {
                var upper = TimeSpan.FromTicks(UpperBoundOf(bucket) / TimeSpan.NanosecondsPerTick);
                return upper < Max ? upper : Max;
            }
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long nanoseconds)
    {
        var value = (ulong)Math.Max(nanoseconds, 0);
        if (value < SubBuckets)
            return (int)value;

        var shift = BitOperations.Log2(value) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)(value >> shift) - SubBuckets;
    }

    private static long UpperBoundOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;

        var shift = (bucket >> SubBucketBits) - 1;
        var sub = (long)(bucket & (SubBuckets - 1)) + SubBuckets;
        return ((sub + 1) << shift) - 1;
    }
}

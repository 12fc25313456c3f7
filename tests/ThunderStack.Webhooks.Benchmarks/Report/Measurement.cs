using ThunderStack.Webhooks.Benchmarks.Load;
using ThunderStack.Webhooks.Benchmarks.Servers;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>One variant, measured once.</summary>
internal sealed record Measurement
{
    public required Variant Variant { get; init; }

    /// <summary>In which turn, counted through all rounds.</summary>
    public required int Turn { get; init; }

    public required LoadResult Load { get; init; }

    /// <summary>How long the server went on after its last answer.</summary>
    public required TimeSpan Tail { get; init; }

    /// <summary>What the server used, the tail included.</summary>
    public required TimeSpan ServerProcessorTime { get; init; }

    public required long ResidentBytes { get; init; }

    /// <summary>The share of the server's core that other processes took, from 0 to 1.</summary>
    public required double Disturbance { get; init; }

    public bool IsValid => Load.Failures == 0 && Load.Accepted > 0;

    /// <summary>Events per second until everything that they caused was done.</summary>
    public double SustainedRate => Load.Accepted / (Load.Elapsed + Tail).TotalSeconds;

    /// <summary>How busy the load was, from 0 to 1: near 1, it was the limit and not the server.</summary>
    public double LoadBusy => Load.Busy / Load.Elapsed;

    public double ProcessorMicrosecondsPerEvent => ServerProcessorTime.TotalMicroseconds / Load.Accepted;
}

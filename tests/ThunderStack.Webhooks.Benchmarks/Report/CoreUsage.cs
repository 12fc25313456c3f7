using System.Globalization;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>How long a core has been busy since the machine started, as <c>/proc/stat</c> counts it.</summary>
internal static class CoreUsage
{
    private const int Idle = 3;
    private const int InputOutputWait = 4;
    private const int CountedOnce = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static TimeSpan BusyTime(int core)
    {
        var line = File.ReadLines("/proc/stat").First(line => line.StartsWith($"cpu{core} ", StringComparison.Ordinal));
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(CountedOnce)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[Idle] - ticks[InputOutputWait]) * Tick;
    }
}

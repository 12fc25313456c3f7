using System.Diagnostics;
using ThunderStack.Webhooks.Benchmarks.Load;
using ThunderStack.Webhooks.Benchmarks.Report;
using ThunderStack.Webhooks.Benchmarks.Servers;
using ThunderStack.Webhooks.Benchmarks.Signing;

namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>
/// Starts all servers at once and measures them in turns of about a second, so that whatever else the machine does hits all of
/// them alike. Each round starts them anew.
/// </summary>
internal sealed class Benchmark(BenchmarkOptions options)
{
    // The same orders in every run.
    private readonly Random _orders = new(0);

    /// <summary>Runs all rounds, prints and keeps the report. Returns whether every bar is met.</summary>
    public async Task<bool> RunAsync()
    {
        Disk.RequireAt(options.Data);
        var events = EventSigner.LoadOrSign(options.WarmUp + options.Events, options.Artifacts);
        var diskSync = Disk.MeasureSync(options.Data);
        await ThisProcess.ConfineIdleAsync(options.LoadCore);
        await using var priority = SessionPriority.Lower();

        var measurements = new List<Measurement>();
        for (var round = 0; round < options.Rounds; round++)
            await MeasureAsync(round, events, measurements);

        var report = new BenchmarkReport(options, diskSync, measurements);
        var path = Path.Combine(options.Artifacts, "report.md");
        await File.WriteAllTextAsync(path, report.ToMarkdown());
        Console.WriteLine($"\n{report.ToMarkdown()}\nKept as {path}");
        return report.Bars.All(bar => bar.IsKept);
    }

    private async Task MeasureAsync(int round, SignedEvents events, List<Measurement> measurements)
    {
        var contestants = new List<Contestant>();
        try
        {
            foreach (var variant in options.Variants)
            {
                var contestant = new Contestant(variant, Path.Combine(options.Data, $"{variant.Name}-{round}"));
                contestants.Add(contestant);
                await contestant.StartAsync(options, events.PublicKeyPem, options.ServerCore);
                await WarmUp.RunAsync(contestant.Servers[0], options, events, ..options.WarmUp);
                contestant.OpenDashboard();
            }

            var share = options.Events / options.Turns;
            for (var turn = 0; turn < options.Turns; turn++)
            {
                var first = options.WarmUp + turn * share;
                foreach (var contestant in Shuffle(contestants))
                {
                    var measurement = await MeasureAsync(contestant, 1 + round * options.Turns + turn, events, first..(first + share));
                    measurements.Add(measurement);
                    Print(measurement);
                }
            }
        }
        finally
        {
            foreach (var contestant in contestants)
                await contestant.DisposeAsync();
        }
    }

    // Whoever follows one that writes finds the disk as that one leaves it, so nobody always follows the same.
    private Contestant[] Shuffle(List<Contestant> contestants)
    {
        var order = contestants.ToArray();
        _orders.Shuffle(order);
        return order;
    }

    private static void Print(Measurement measurement) => Console.WriteLine(
        $"turn {measurement.Turn,3}  {measurement.Variant.Name,-18}{measurement.Load.Rate,8:F0} events/s  " +
        $"p99 {measurement.Load.Latencies.Quantile(0.99).TotalMilliseconds,6:F2} ms  {measurement.ProcessorMicrosecondsPerEvent,6:F1} µs/event" +
        (measurement.IsValid ? "" : $"  INVALID: {measurement.Load.Failures} × {measurement.Load.FirstFailure}"));

    private async Task<Measurement> MeasureAsync(Contestant contestant, int turn, SignedEvents events, Range range)
    {
        var server = contestant.Servers[0];
        var processorTime = server.ProcessorTime;
        var serverCore = CoreUsage.BusyTime(options.ServerCore);
        var started = Stopwatch.GetTimestamp();

        var load = LoadGenerator.Run([server.EndPoint], options.Connections, events, range, TimeSpan.FromSeconds(options.Seconds));
        var tail = await server.WaitUntilIdleAsync();

        var elapsed = Stopwatch.GetElapsedTime(started);
        processorTime = server.ProcessorTime - processorTime;
        var disturbance = CoreUsage.BusyTime(options.ServerCore) - serverCore - processorTime;
        return new Measurement
        {
            Variant = contestant.Variant,
            Turn = turn,
            Load = load,
            Tail = tail,
            ServerProcessorTime = processorTime,
            ResidentBytes = server.ResidentBytes,
            Disturbance = Math.Max(0, disturbance / elapsed),
        };
    }
}

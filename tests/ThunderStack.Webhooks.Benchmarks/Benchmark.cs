using System.Diagnostics;
using System.Net.Sockets;
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
    private const int WarmUpBursts = 4;

    // The same orders in every run.
    private readonly Random _orders = new(0);

    /// <summary>Runs all rounds, prints and keeps the report. Returns whether every bar is met.</summary>
    public async Task<bool> RunAsync()
    {
        Directory.CreateDirectory(options.Data);
        if (Disk.IsMemory(options.Data))
            throw new InvalidOperationException($"{options.Data} is in memory, where a sync costs nothing. Name a folder on a disk with --data.");

        var events = EventSigner.LoadOrSign(options.WarmUp + options.Events, options.Artifacts);
        var diskSync = Disk.MeasureSync(options.Data);
        await PinLoadAsync();
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
                await contestant.StartAsync(options, events.PublicKeyPem);
                await contestant.Server.WaitUntilReadyAsync(() => CanSend(contestant.Server, events));
                await WarmUpAsync(contestant.Server, events);
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
        var server = contestant.Server;
        var processorTime = server.ProcessorTime;
        var serverCore = CoreUsage.BusyTime(options.ServerCore);
        var loadCore = CoreUsage.BusyTime(options.LoadCore);
        var started = Stopwatch.GetTimestamp();

        var load = Load(server, events, range);
        var loadCoreBusy = CoreUsage.BusyTime(options.LoadCore) - loadCore;
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
            LoadCoreBusy = Math.Min(1, loadCoreBusy / load.Elapsed),
            Disturbance = Math.Max(0, disturbance / elapsed),
        };
    }

    /// <summary>
    /// In bursts, with a rest after each: the JIT compiles anew, better each time, what the burst before has shown to matter,
    /// and on a busy core its thread would get there late.
    /// </summary>
    private async Task WarmUpAsync(ServerProcess server, SignedEvents events)
    {
        for (var burst = 0; burst < WarmUpBursts; burst++)
        {
            Load(server, events, Math.Max(1, options.WarmUp * burst / WarmUpBursts)..(options.WarmUp * (burst + 1) / WarmUpBursts));
            await server.WaitUntilIdleAsync();
        }
    }

    private LoadResult Load(ServerProcess server, SignedEvents events, Range range) =>
        LoadGenerator.Run(server.EndPoint, options.Connections, events, range, TimeSpan.FromSeconds(options.Seconds));

    private static bool CanSend(ServerProcess server, SignedEvents events)
    {
        try
        {
            return LoadGenerator.Run(server.EndPoint, connections: 1, events, 0..1, TimeSpan.MaxValue).Accepted == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Confines this process, every thread it has and every one it will have, to the core of the load. It never sleeps there; so
    /// what else runs on that core, PostgreSQL and the disk's completions, is to go first.
    /// </summary>
    private async Task PinLoadAsync()
    {
        await RunAsync("taskset", "--all-tasks", "--pid", "--cpu-list", $"{options.LoadCore}", $"{Environment.ProcessId}");
        await RunAsync("chrt", "--all-tasks", "--idle", "--pid", "0", $"{Environment.ProcessId}");
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"Core {options.LoadCore} cannot be had. Name other cores with --load-core and --server-core.");
    }
}

using ThunderStack.Webhooks.Benchmarks.Load;
using ThunderStack.Webhooks.Benchmarks.Report;
using ThunderStack.Webhooks.Benchmarks.Servers;
using ThunderStack.Webhooks.Benchmarks.Signing;

namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>
/// How much more two receivers on one PostgreSQL take than one of them, each with a core, or the same share of one. Both get
/// events of all nodes, as behind a load balancer, and as many connections as one has alone.
/// </summary>
internal sealed class ScaleBenchmark(BenchmarkOptions options)
{
    private const double Bar = 1.6;
    private const int WholeCore = 100;

    private readonly Random _orders = new(0);
    private readonly List<LoadResult> _one = [];
    private readonly List<LoadResult> _two = [];

    /// <summary>Runs all rounds and prints what was found. Returns whether two receivers take enough more than one.</summary>
    public async Task<bool> RunAsync()
    {
        Disk.RequireAt(options.Data);
        var events = EventSigner.LoadOrSign(options.WarmUp + options.Events, options.Artifacts);
        await ThisProcess.ConfineIdleAsync(options.LoadCore);
        await using var priority = SessionPriority.Lower();
        for (var round = 0; round < options.Rounds; round++)
            await MeasureAsync(round, events);

        var ratios = _two.Zip(_one, (two, one) => two.Rate / one.Rate).ToArray();
        var ratio = VariantSummary.Median(ratios);
        Console.WriteLine();
        Tell("one receiver", _one);
        Tell("two receivers", _two);
        Console.WriteLine(
            $"""
            {options.Share} % of a core each, on cores {options.ServerCore} and {options.OtherServerCore}, load on core {options.LoadCore}, PostgreSQL on core {options.DatabaseCore}
            {(ratio >= Bar ? "PASS" : "FAIL")}  two receivers ≥ {Bar} × one: {ratio:F2} [{ratios.Min():F2}..{ratios.Max():F2}]
            """);
        return ratio >= Bar;
    }

    private async Task MeasureAsync(int round, SignedEvents events)
    {
        await using var receivers = new Contestant(Variant.ReceiverPostgreSql, Path.Combine(options.Data, $"scale-{round}"));
        await receivers.StartAsync(options, events.PublicKeyPem, options.ServerCore, options.OtherServerCore);
        var warmUp = options.WarmUp / receivers.Servers.Count;
        for (var index = 0; index < receivers.Servers.Count; index++)
        {
            await WarmUp.RunAsync(receivers.Servers[index], options, events, (index * warmUp)..((index + 1) * warmUp));
            if (options.Share < WholeCore)
                receivers.Servers[index].LimitTo(options.Share);
        }

        // Each turn has two parts, with events of their own: one receiver, now this one and now the other, and both.
        var share = options.Events / options.Turns / 2;
        for (var turn = 0; turn < options.Turns; turn++)
        {
            var first = options.WarmUp + turn * 2 * share;
            (List<LoadResult> Results, ServerProcess[] Servers, int First)[] parts =
            [
                (_one, [receivers.Servers[turn % receivers.Servers.Count]], first),
                (_two, [.. receivers.Servers], first + share),
            ];
            _orders.Shuffle(parts);
            foreach (var part in parts)
                part.Results.Add(await MeasureAsync(part.Servers, events, part.First..(part.First + share)));

            Console.WriteLine(
                $"turn {1 + round * options.Turns + turn,3}  one {_one[^1].Rate,8:F0} events/s  two {_two[^1].Rate,8:F0} events/s  {_two[^1].Rate / _one[^1].Rate:F2} ×");
        }
    }

    private async Task<LoadResult> MeasureAsync(ServerProcess[] servers, SignedEvents events, Range range)
    {
        var load = LoadGenerator.Run(
            [.. servers.Select(server => server.EndPoint)], options.Connections, events, range, TimeSpan.FromSeconds(options.Seconds));
        if (load.Failures > 0)
            throw new InvalidOperationException($"{load.Failures} requests were not answered 200: {load.FirstFailure}");

        foreach (var server in servers)
            await server.WaitUntilIdleAsync();
        return load;
    }

    private static void Tell(string what, IReadOnlyList<LoadResult> results) => Console.WriteLine(
        $"{what,-14}{VariantSummary.Median(results.Select(load => load.Rate)),8:F0} events/s  " +
        $"p99 {VariantSummary.Median(results.Select(load => load.Latencies.Quantile(0.99).TotalMilliseconds)),6:F2} ms  " +
        $"load busy {VariantSummary.Median(results.Select(load => load.Busy / load.Elapsed)):P0}");
}

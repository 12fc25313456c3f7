using System.Runtime.InteropServices;
using ThunderStack.Webhooks.Benchmarks;
using ThunderStack.Webhooks.Benchmarks.Servers;

if (args is ["serve", var variant, var port, var folder])
{
    await ServeCommand.RunAsync(variant, int.Parse(port), folder);
    return 0;
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(BenchmarkOptions.Usage);
    return 0;
}

var command = args is ["drain" or "scale", ..] ? args[0] : null;
if (!BenchmarkOptions.TryParse(command is null ? args : args[1..], out var options, out var problem))
{
    Console.Error.WriteLine($"{problem}\n\n{BenchmarkOptions.Usage}");
    return 2;
}

#if DEBUG
Console.Error.WriteLine("A Debug build measures nothing that matters. Run it with: -c Release");
return 2;
#else
// The servers are in sessions of their own, which Ctrl+C does not reach: they are ended when this process exits.
const int Interrupted = 130;
var isInterrupted = false;
using var interruption = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    isInterrupted = true;
    context.Cancel = true;
    Environment.Exit(Interrupted);
});
try
{
    var isGood = command switch
    {
        "drain" => await new DrainBenchmark(options).RunAsync(),
        "scale" => await new ScaleBenchmark(options).RunAsync(),
        _ => await new Benchmark(options).RunAsync(),
    };
    return isGood ? 0 : 1;
}
catch (Exception) when (isInterrupted)
{
    // Of a server that was ended while it was measured.
    return Interrupted;
}
#endif

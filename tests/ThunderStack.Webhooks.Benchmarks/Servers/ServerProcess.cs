using System.Diagnostics;
using System.Net;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A server in a process of its own, on a core of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    // The shell is replaced by the server, so the process id is the server's; and a log file costs the load nothing, as a pipe would.
    // A session of its own keeps it out of the load's low priority.
    private const string Launch = "core=$1; log=$2; shift 2; exec setsid chrt --other 0 taskset --cpu-list \"$core\" \"$@\" >\"$log\" 2>&1";

    // Longer than the JIT waits before it begins to compile anew.
    private static readonly TimeSpan IdleWindow = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan IdleTime = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly string _log;
    private ProcessorShare? _share;

    private ServerProcess(Process process, string log, IPEndPoint endPoint)
    {
        _process = process;
        _log = log;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The CPU time it has used so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <paramref name="variant"/> on a free port. It may not listen yet.</summary>
    public static ServerProcess Start(Variant variant, int core, string folder, string log)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, LoopbackPort.FindFree());
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", Launch, "sh", $"{core}", log } };

        // On one core the JIT waits a second of calm, not 100 ms, before it compiles anew: a warm-up would take a minute. It ends the same.
        start.Environment["DOTNET_TC_DelaySingleProcMultiplier"] = "1";
        ServerCommand.Add(start, variant, endPoint.Port, folder);
        return new ServerProcess(Process.Start(start)!, log, endPoint);
    }

    /// <summary>Gives it only a part of its core's time from now on, in percent.</summary>
    public void LimitTo(int percent) => _share = ProcessorShare.Of(_process.Id, percent);

    /// <summary>Waits until the server answers <paramref name="probe"/> with 200.</summary>
    public async Task WaitUntilReadyAsync(Func<bool> probe)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!probe())
        {
            if (_process.HasExited || timeout.IsCancellationRequested)
                throw new InvalidOperationException($"The server did not become ready. It wrote: {await File.ReadAllTextAsync(_log)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Waits until the server has finished what it does after its answers, and returns how long that took.</summary>
    public async Task<TimeSpan> WaitUntilIdleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            var before = ProcessorTime;
            await Task.Delay(IdleWindow, TimeProvider.System);
            if (ProcessorTime - before <= IdleTime)
                return elapsed;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _share?.Dispose();
        _process.Dispose();
    }
}

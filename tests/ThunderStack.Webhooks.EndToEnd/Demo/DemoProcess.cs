using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Demo;

/// <summary>The demo as a newcomer runs it, on ports of its own.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(180);

    private readonly ChildProcess _process;

    private DemoProcess(ChildProcess process) => _process = process;

    public string Output => _process.Output;

    public static DemoProcess Start(string folder, int port, int emulatorPort)
    {
        Signals.StopIgnoring(Signal.Interrupt);
        return new(ChildProcess.Start(
            BuiltProgram.Demo, ["--port", $"{port}", "--dashboard-port", $"{LoopbackPort.FindFree()}", "--emulator-port", $"{emulatorPort}", "--data", Path.Combine(folder, "data")], [], folder));
    }

    /// <summary>Waits until somebody listens on this port.</summary>
    public Task UntilListensAsync(int port) => Wait.UntilAsync(
        () => LoopbackPort.IsListeningAsync(port), Long, () => $"the demo listens on port {port}. It wrote:\n{Output}");

    /// <summary>Waits until it has written a line in which all of these occur.</summary>
    public Task UntilItSaysAsync(params string[] parts) => Wait.UntilAsync(
        () => Lines().Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        Long,
        () => $"the demo writes a line with {string.Join(" and ", parts)}. It wrote:\n{Output}");

    /// <summary>The first line that begins so, such as a command to try.</summary>
    public string Line(string start) =>
        Lines().Select(line => line.Trim()).First(line => line.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Ctrl+C.</summary>
    public Task<int> InterruptAsync()
    {
        _process.Send(Signal.Interrupt);
        return ExitAsync();
    }

    public Task<int> ExitAsync() => _process.ExitAsync(Long);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private string[] Lines() => Output.Split('\n');
}

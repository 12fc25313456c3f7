using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>
/// Ctrl+C, or a request to end: the command is cancelled and ends by itself. The second time, the process ends at once.
/// </summary>
/// <remarks>The library would listen only after a command's first await, and would end one that is still tidying up after 2 s.</remarks>
internal sealed class Interruption : IDisposable
{
    // Never disposed of: a signal may be being handled when the process ends.
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Cancel(PosixSignalContext signal)
    {
        signal.Cancel = !_stop.IsCancellationRequested;
        _stop.Cancel();
    }
}

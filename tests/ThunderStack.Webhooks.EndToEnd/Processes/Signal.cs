using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>Signals that end or stop a process, as Linux numbers them.</summary>
internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

internal static class Signals
{
    private const nint DefaultDisposition = 0;
    private const nint IgnoreDisposition = 1;

    public static void Send(int processId, Signal signal)
    {
        if (Kill(processId, (int)signal) != 0)
        {
            throw new InvalidOperationException($"Process {processId} could not be sent {signal}: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>
    /// Lets processes that are started from now on be interrupted. Shells start what runs in the background with SIGINT
    /// ignored, and that is inherited.
    /// </summary>
    public static void StopIgnoring(Signal signal)
    {
        var before = SetDisposition((int)signal, DefaultDisposition);
        if (before != IgnoreDisposition)
        {
            _ = SetDisposition((int)signal, before);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    [DllImport("libc", EntryPoint = "signal", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetDisposition(int signal, nint disposition);
}

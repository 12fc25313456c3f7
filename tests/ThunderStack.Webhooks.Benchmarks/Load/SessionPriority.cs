using System.Globalization;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>
/// Lowers the priority of this process's whole session (a scheduler's "autogroup") until it is disposed or the process exits.
/// </summary>
/// <remarks>
/// Linux shares a core between sessions first and only then between the processes of each, so an idle priority alone gives
/// PostgreSQL, which has a session of its own, no turn before a loop that never sleeps. Where there are no such groups nothing is done.
/// </remarks>
internal sealed class SessionPriority : IAsyncDisposable
{
    private const string Setting = "/proc/self/autogroup";
    private const int Lowest = 19;

    private readonly Cleanup? _cleanup;

    private SessionPriority()
    {
        if (!File.Exists(Setting))
            return;

        // Such as "/autogroup-123 nice 0".
        var before = File.ReadAllText(Setting).Split(' ')[^1].Trim();
        _cleanup = new Cleanup(() => File.WriteAllTextAsync(Setting, before));
        File.WriteAllText(Setting, Lowest.ToString(CultureInfo.InvariantCulture));
    }

    public static SessionPriority Lower() => new();

    public ValueTask DisposeAsync() => _cleanup?.DisposeAsync() ?? ValueTask.CompletedTask;
}

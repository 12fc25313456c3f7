namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// The machine's own clock, for waits on a database: it goes on when a test stops the time, is not set by anybody, and costs nothing to
/// read between two statements. Everything else takes a <see cref="TimeProvider"/>.
/// </summary>
internal static class MachineClock
{
    /// <summary>Milliseconds since the machine started.</summary>
#pragma warning disable RS0030 // This is the place that the ban names.
    public static long Milliseconds => Environment.TickCount64;
#pragma warning restore RS0030
}

using ThunderStack.Webhooks.Management.Handlers;

namespace ThunderStack.Webhooks.Dashboard.Overview;

/// <summary>How a handler looks at a glance.</summary>
internal static class HandlerFace
{
    // As in the condition HandlerFailing.
    private const int FailuresInARow = 10;

    public static string StateOf(HandlerView handler) =>
        !handler.IsActive ? "not configured"
        : handler.PausedAt is not null ? "paused"
        : handler.FailuresInARow >= FailuresInARow ? "failing"
        : "ok";
}

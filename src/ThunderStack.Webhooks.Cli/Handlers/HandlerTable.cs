using ThunderStack.Webhooks.Cli.Inbox;

namespace ThunderStack.Webhooks.Cli.Handlers;

/// <summary>Handlers for people.</summary>
internal static class HandlerTable
{
    public static void WriteHandlers(this Terminal terminal, IReadOnlyList<HandlerView> handlers) => terminal.WriteTable(
        handlers,
        "No handler has taken part yet.",
        ["HANDLER", "PENDING", "SCHEDULED", "OLDEST", "DEAD LETTERS", "LAST HOUR", "PAUSED"],
        handler =>
        [
            handler.Handler,
            $"{handler.Pending}",
            $"{handler.Scheduled}",
            handler.OldestReceivedAt is { } oldest ? TextForms.ToSecond(oldest) : "-",
            $"{handler.DeadLetters}",
            $"{handler.LastHour.Succeeded} ok, {handler.LastHour.Failed} failed",
            handler.PausedAt is { } since ? $"{TextForms.ToSecond(since)} by {handler.PausedBy}" : "-",
        ]);
}

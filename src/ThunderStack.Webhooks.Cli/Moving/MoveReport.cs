using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Moving;

/// <summary>What <c>inbox move</c> did.</summary>
/// <param name="Ids">How many ids the PostgreSQL inbox knows now.</param>
/// <param name="Events">How many of them with their event; of the others retention has left the id.</param>
/// <param name="Handlers">How the deliveries of each handler stand.</param>
/// <param name="Digest">Of everything that was compared, the same on both sides; null when they differ.</param>
/// <param name="ResumedAt">How many ids were there from an earlier run.</param>
/// <param name="Seconds">How long this run took.</param>
/// <param name="AlreadyMovedAt">When an earlier run ended the move: this one had nothing to do.</param>
/// <param name="Differences">What is not as it was.</param>
internal sealed record MoveReport(
    long Ids,
    long Events,
    IReadOnlyDictionary<string, MoveReport.Deliveries> Handlers,
    string? Digest,
    long ResumedAt,
    double Seconds,
    DateTimeOffset? AlreadyMovedAt,
    IReadOnlyList<string> Differences)
{
    public static MoveReport OfEarlier(long ids, DateTimeOffset finishedAt) =>
        new(ids, 0, new Dictionary<string, Deliveries>(), null, ids, 0, finishedAt, []);

    public static MoveReport Of(MovedContent content, long resumedAt, TimeSpan time, IReadOnlyList<string> differences) => new(
        content.Ids,
        content.Events,
        content.Deliveries.ToDictionary(handler => handler.Key, handler => Deliveries.Of(handler.Value)),
        differences.Count == 0 ? content.Digest() : null,
        resumedAt,
        Math.Round(time.TotalSeconds, 1),
        null,
        differences);

    public void WriteTo(Terminal terminal)
    {
        if (AlreadyMovedAt is { } finishedAt)
        {
            terminal.WriteLine($"This inbox was moved at {TextForms.Of(finishedAt)}; there is nothing to do.");
            return;
        }

        foreach (var difference in Differences)
        {
            terminal.WriteMarkup($"[red]FAIL[/]  {difference}");
        }

        var resumed = ResumedAt > 0 ? $", {ResumedAt:N0} of them by an earlier run" : "";
        terminal.WriteLine(
            $"{TextForms.Count(Events, "event")} and {TextForms.Count(Ids - Events, "id")} without an event moved in {Seconds:N1} s{resumed}.");
        terminal.WriteTable(
            Handlers,
            none: null,
            ["HANDLER", "PENDING", "SCHEDULED", "SUCCEEDED", "DEAD", "DISCARDED"],
            handler =>
            [
                handler.Key,
                $"{handler.Value.Pending:N0}",
                $"{handler.Value.Scheduled:N0}",
                $"{handler.Value.Succeeded:N0}",
                $"{handler.Value.DeadLettered:N0}",
                $"{handler.Value.Discarded:N0}",
            ]);
        if (Differences.Count > 0)
        {
            terminal.Note("The two inboxes differ, and no receiver will start on the PostgreSQL one. Begin again with --restart.");
            return;
        }

        terminal.WriteLine($"Both inboxes have the digest {Digest}.");
        terminal.Note(
            "Now start the receivers with Inbox:Provider=PostgreSql. The file is as it was: keep it as a backup, and start no receiver on it again.");
    }

    /// <summary>How many deliveries stand how.</summary>
    internal sealed record Deliveries(long Pending, long Scheduled, long Succeeded, long DeadLettered, long Discarded, long Filtered, long Superseded)
    {
        public static Deliveries Of(IReadOnlyDictionary<DeliveryState, long> counts) => new(
            counts.GetValueOrDefault(DeliveryState.Pending),
            counts.GetValueOrDefault(DeliveryState.Scheduled),
            counts.GetValueOrDefault(DeliveryState.Succeeded),
            counts.GetValueOrDefault(DeliveryState.DeadLettered),
            counts.GetValueOrDefault(DeliveryState.Discarded),
            counts.GetValueOrDefault(DeliveryState.Filtered),
            counts.GetValueOrDefault(DeliveryState.Superseded));
    }
}

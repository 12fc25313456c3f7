using System.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Moving;
using ThunderStack.Webhooks.PostgreSql.Moving;
using ThunderStack.Webhooks.Sqlite.Moving;

namespace ThunderStack.Webhooks.Cli.Moving;

/// <summary>
/// Moves an inbox batch by batch, and then reads both again and compares. A connection that is lost is looked for again; where
/// it stopped, the destination knows.
/// </summary>
internal sealed class InboxMove(SqliteMoveOrigin origin, PostgreSqlMoveDestination destination, Terminal terminal)
{
    private const int BatchEvents = 2_000;
    private const int BatchBytes = 4 * 1024 * 1024;

    // A database restarts or fails over within that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<MoveReport> RunAsync(bool restart, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var standing = await InsistAsync(
            () => destination.BeginAsync(origin.Fingerprint, origin.Frame, restart, cancellationToken), cancellationToken);
        if (standing.FinishedAt is { } finishedAt)
        {
            return MoveReport.OfEarlier(standing.Moved, finishedAt);
        }

        await CopyAsync(standing, cancellationToken);
        await InsistAsync(() => destination.CompleteAsync(origin.Frame, cancellationToken), cancellationToken);
        using var here = ReadOrigin(cancellationToken);
        using var there = await ReadDestinationAsync(cancellationToken);
        var differences = Compare(here, there, await InsistAsync(() => destination.ReadFrameAsync(cancellationToken), cancellationToken));
        if (differences.Count == 0)
        {
            await InsistAsync(() => destination.FinishAsync(cancellationToken), cancellationToken);
        }

        return MoveReport.Of(there, resumedAt: standing.Moved, clock.Elapsed, differences);
    }

    private async Task CopyAsync(MoveStanding standing, CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "moved", origin.Ids);
        var (after, moved) = (standing.MovedThrough, standing.Moved);
        while (origin.Read(after, BatchEvents, BatchBytes) is { Count: > 0 } batch)
        {
            var behind = after;
            await InsistAsync(() => destination.WriteAsync(behind, batch, cancellationToken), cancellationToken);
            after = batch[^1].Id;
            progress.Report(moved += batch.Count);
        }
    }

    private MovedContent ReadOrigin(CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "read again", origin.Ids);
        var content = new MovedContent();
        WebhookEventId? after = null;
        while (origin.Read(after, BatchEvents, BatchBytes) is { Count: > 0 } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(content, batch, ref after);
            progress.Report(content.Ids);
        }

        Add(content, origin.Frame);
        return content;
    }

    private async Task<MovedContent> ReadDestinationAsync(CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "verified", origin.Ids);
        var content = new MovedContent();
        WebhookEventId? after = null;
        while (true)
        {
            var behind = after;
            var batch = await InsistAsync(() => destination.ReadAsync(behind, cancellationToken), cancellationToken);
            if (batch.Count == 0)
            {
                break;
            }

            Add(content, batch, ref after);
            progress.Report(content.Ids);
        }

        Add(content, await InsistAsync(() => destination.ReadFrameAsync(cancellationToken), cancellationToken));
        return content;
    }

    private List<string> Compare(MovedContent here, MovedContent there, MovedFrame frame)
    {
        var differences = new List<string>();
        Check("ids", here.Ids, there.Ids);
        Check("events", here.Events, there.Events);
        foreach (var handler in here.Deliveries.Keys.Union(there.Deliveries.Keys))
        {
            foreach (var state in Enum.GetValues<DeliveryState>())
            {
                Check($"{state} deliveries of {handler}", CountOf(here), CountOf(there));

                long CountOf(MovedContent content) =>
                    content.Deliveries.TryGetValue(handler, out var counts) ? counts.GetValueOrDefault(state) : 0;
            }
        }

        foreach (var (fingerprint, key) in origin.Frame.Keys)
        {
            if (!frame.Keys.TryGetValue(fingerprint, out var moved) || !moved.Span.SequenceEqual(key.Span))
            {
                differences.Add($"the key {fingerprint.Value} is not there as it was");
            }
        }

        if (differences.Count == 0 && here.Digest() != there.Digest())
        {
            differences.Add("the counts are the same and the contents are not");
        }

        return differences;

        void Check(string what, long expected, long found)
        {
            if (expected != found)
            {
                differences.Add($"{expected:N0} {what} were to be moved, and {found:N0} are there");
            }
        }
    }

    private static void Add(MovedContent content, IReadOnlyList<MovedEvent> batch, ref WebhookEventId? after)
    {
        foreach (var moved in batch)
        {
            content.Add(moved);
        }

        after = batch[^1].Id;
    }

    private static void Add(MovedContent content, MovedFrame frame)
    {
        foreach (var node in frame.Nodes)
        {
            content.Add(node);
        }
    }

    private Task<bool> InsistAsync(Func<Task> step, CancellationToken cancellationToken) => InsistAsync(
        async () =>
        {
            await step();
            return true;
        },
        cancellationToken);

    /// <summary>Does a step that can be repeated until it succeeds, or has failed for too long.</summary>
    private async Task<T> InsistAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await step();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not InboxOpenException)
            {
                var reason = PostgreSqlMoveDestination.Describe(exception);
                if (clock.Elapsed > Patience || !PostgreSqlMoveDestination.MayPass(exception))
                {
                    throw new CommandException(ExitCode.Unavailable, $"The move stopped: {reason}. Run it again: it goes on where it stopped.");
                }

                if (failures == 1)
                {
                    terminal.Note($"Waiting: {reason}.");
                }

                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }
}

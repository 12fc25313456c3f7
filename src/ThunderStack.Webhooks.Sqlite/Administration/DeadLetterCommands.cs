using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Replays and discards deliveries: looks for them on a reading connection, then changes them slice by slice.</summary>
internal sealed class DeadLetterCommands(
    InboxQueries queries, CommandRunner commands, DeliveryBoard board, NodeBook nodes, TimeProvider time) : IDeadLetterCommands
{
    private const int Slice = 500;

    public async Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        // The state is checked again by the update: it may have changed since it was read.
        var states = DeliveryQueries.StatesOf(filter);
        var replayed = 0;
        foreach (var slice in await FindAsync(filter, states, cancellationToken).ConfigureAwait(false))
        {
            var changed = await commands.RunAsync(session => Schedule(session, slice, states), HandOut)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            replayed += changed.Count;
        }

        return replayed;
    }

    public async Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        (await FindAsync(filter, DeliveryQueries.StatesOf(filter), cancellationToken).ConfigureAwait(false)).Sum(slice => slice.Length);

    public async Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var discarded = 0;
        foreach (var slice in await FindAsync(filter, "state = 3", cancellationToken).ConfigureAwait(false))
        {
            discarded += await commands.RunAsync(session => Discard(session, slice)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return discarded;
    }

    private async Task<IEnumerable<Candidate[]>> FindAsync(DeliveryFilter filter, string states, CancellationToken cancellationToken)
    {
        await commands.FlushAsync(cancellationToken).ConfigureAwait(false);
        var queues = board.Queues
            .Where(queue => filter.Handler is null ? queue.Ordering is not null : queue.Name == filter.Handler)
            .ToDictionary(queue => queue.Id);
        var found = await queries.ReadAsync(database => Find(database, filter, states, queues), cancellationToken).ConfigureAwait(false);
        return found.Chunk(Slice);
    }

    private List<Candidate> Find(Database database, DeliveryFilter filter, string states, Dictionary<long, HandlerQueue> queues)
    {
        return [.. DeliveryQueries.Choose(database, filter, states, static row => (Handler: row.GetInt64(0), Seq: row.GetInt64(1), Node: row.GetString(2)))
            .Where(row => queues.ContainsKey(row.Handler))
            .Select(row => new Candidate(queues[row.Handler], row.Seq, nodes.GetOrAdd(new NodeId(row.Node))))];
    }

    private List<Candidate> Schedule(WriteSession session, Candidate[] candidates, string states)
    {
        // Behind every event there is, and behind every earlier replay that still waits.
        var lastReplay = session.Database.ReadInt64("SELECT max(position) FROM deliveries WHERE state = 1");
        var turn = Math.Max(Backlog.TurnOf(session.LastSeq), lastReplay);
        using var update = session.Database.Query(
            $"""
            UPDATE deliveries SET state = 1, attempts = 0, due_at = ?3, position = ?4, error = NULL, error_code = NULL
            WHERE handler = ?1 AND seq = ?2 AND {states}
            """);
        var changed = new List<Candidate>(candidates.Length);
        foreach (var candidate in candidates)
        {
            if (update.Run(candidate.Queue.Id, candidate.Seq, Instant.ToMilliseconds(time.GetUtcNow()), turn + 1) > 0)
            {
                turn++;
                changed.Add(candidate);
            }
        }

        return changed;
    }

    private static void HandOut(List<Candidate> replayed)
    {
        foreach (var candidate in replayed)
        {
            candidate.Queue.Add(candidate.Seq, candidate.Node);
        }
    }

    private static int Discard(WriteSession session, Candidate[] candidates)
    {
        using var update = session.Database.Query(
            "UPDATE deliveries SET state = 4, due_at = NULL WHERE handler = ?1 AND seq = ?2 AND state = 3");
        return candidates.Sum(candidate => update.Run(candidate.Queue.Id, candidate.Seq));
    }

    private readonly record struct Candidate(HandlerQueue Queue, long Seq, NodeSlot Node);
}

using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Replays and discards deliveries: looks for them on a reading connection, then changes them slice by slice.</summary>
internal sealed class DeadLetterCommands(
    InboxQueries queries, CommandRunner commands, DeliveryBoard board, NodeBook nodes, TimeProvider time) : IDeadLetterCommands
{
    private const int Slice = 500;

    public async Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        // The state is checked again by the update: it may have changed since it was read.
        var states = filter.DeadLettersOnly ? "state = 3" : "state IN (2, 3, 4)";
        var replayed = 0;
        foreach (var slice in await FindAsync(filter, states, cancellationToken).ConfigureAwait(false))
        {
            var changed = await commands.RunAsync(session => Schedule(session, slice, states), HandOut)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            replayed += changed.Count;
        }

        return replayed;
    }

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
        using var rows = database.Query(
            $"""
            SELECT d.handler, d.seq, e.node_id FROM deliveries d JOIN events e ON e.seq = d.seq
            WHERE d.{states}
                AND (?1 IS NULL OR d.seq = (SELECT i.seq FROM event_ids i WHERE i.id = ?1)) AND (?2 IS NULL OR e.node_id = ?2)
                AND (?3 IS NULL OR e.received_at >= ?3) AND (?4 IS NULL OR e.received_at < ?4)
            ORDER BY d.seq
            """);
        if (filter.EventId is { } id)
        {
            rows.Bind(1, id.ToByteArray());
        }

        rows.Bind(2, filter.NodeId?.Value);
        rows.Bind(3, InboxQueries.ToBound(filter.From));
        rows.Bind(4, InboxQueries.ToBound(filter.To));
        var candidates = new List<Candidate>();
        while (rows.Step())
        {
            if (queues.TryGetValue(rows.GetInt64(0), out var queue))
            {
                candidates.Add(new Candidate(queue, rows.GetInt64(1), nodes.GetOrAdd(new NodeId(rows.GetString(2)))));
            }
        }

        return candidates;
    }

    private List<Candidate> Schedule(WriteSession session, Candidate[] candidates, string states)
    {
        // Behind every event there is, and behind every earlier replay that still waits.
        var lastReplay = session.Database.ReadInt64("SELECT max(position) FROM deliveries WHERE state = 1");
        var position = Math.Max(Backlog.PositionOf(session.LastSeq), lastReplay);
        using var update = session.Database.Query(
            $"""
            UPDATE deliveries SET state = 1, attempts = 0, due_at = ?3, position = ?4, error = NULL
            WHERE handler = ?1 AND seq = ?2 AND {states}
            """);
        var changed = new List<Candidate>(candidates.Length);
        foreach (var candidate in candidates)
        {
            update.Bind(1, candidate.Queue.Id);
            update.Bind(2, candidate.Seq);
            update.Bind(3, Instant.ToMilliseconds(time.GetUtcNow()));
            update.Bind(4, position + 1);
            update.Run();
            if (session.Database.Changes > 0)
            {
                position++;
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
        var discarded = 0;
        foreach (var candidate in candidates)
        {
            update.Bind(1, candidate.Queue.Id);
            update.Bind(2, candidate.Seq);
            update.Run();
            discarded += session.Database.Changes;
        }

        return discarded;
    }

    private readonly record struct Candidate(HandlerQueue Queue, long Seq, NodeSlot Node);
}

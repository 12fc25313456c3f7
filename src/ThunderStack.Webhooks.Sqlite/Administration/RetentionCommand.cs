using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Removes old events, slice by slice, so that appends are never held up for long. Their ids stay.</summary>
internal sealed class RetentionCommand(InboxQueries queries, CommandRunner commands, DeliveryBoard board, int sliceSize) : IRetentionCommand
{
    // A replay since the slice was read has made a delivery unfinished again.
    public const string RemoveEventSql =
        """
        DELETE FROM events WHERE seq = ?1
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 1 AND d.seq = ?1)
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.state = 3 AND d.seq = ?1)
        """;

    public const string RemoveDeliverySql = "DELETE FROM deliveries WHERE handler = ?1 AND seq = ?2";

    public const string RemoveFailuresSql = "DELETE FROM failed_attempts WHERE seq = ?1";

    public const string SliceSql = "SELECT seq, received_at FROM events WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";

    public async Task<int> ApplyAsync(DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        await commands.FlushAsync(cancellationToken).ConfigureAwait(false);
        var before = Instant.ToMilliseconds(cutoff);
        var removed = 0;
        for (var slice = new Slice([], 0, false); !slice.IsLast;)
        {
            var after = slice.Through;
            slice = await queries.ReadAsync(database => ReadSlice(database, after, before), cancellationToken).ConfigureAwait(false);
            if (slice.Old.Count > 0)
            {
                var old = slice.Old;
                removed += await commands.RunAsync(session => Remove(session, old)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return removed;
    }

    private Slice ReadSlice(Database database, long after, long before)
    {
        // Above this, some handler has not had the event yet. The last event stays in any case: numbers must not start again.
        var limit = Math.Min(SettledByAll(), database.ReadInt64("SELECT max(seq) FROM events") - 1);
        var events = database.ReadAll(SliceSql, static row => (Seq: row.GetInt64(0), ReceivedAt: row.GetInt64(1)), after, limit, sliceSize);
        var old = events.Where(found => found.ReceivedAt < before).Select(found => found.Seq).ToList();

        // Events lie in order of receipt: after a whole slice of young ones there are no old ones, give or take a clock.
        return new Slice(old, events.Count > 0 ? events[^1].Seq : after, events.Count < sliceSize || old.Count == 0);
    }

    private long SettledByAll()
    {
        // Who takes part is not known before the first registration; until then everybody counts.
        var queues = board.Queues.Where(queue => !board.IsRegistered || queue.Ordering is not null).ToList();
        return queues.Count == 0 ? long.MaxValue : queues.Min(queue => queue.SettledThrough);
    }

    private int Remove(WriteSession session, List<long> old)
    {
        using var removeEvent = session.Database.Query(RemoveEventSql);
        using var removeDelivery = session.Database.Query(RemoveDeliverySql);
        using var removeFailures = session.Database.Query(RemoveFailuresSql);
        var removed = 0;
        foreach (var seq in old)
        {
            if (removeEvent.Run(seq) == 0)
            {
                continue;
            }

            removed++;
            removeFailures.Run(seq);
            foreach (var queue in board.Queues)
            {
                removeDelivery.Run(queue.Id, seq);
            }
        }

        return removed;
    }

    private sealed record Slice(List<long> Old, long Through, bool IsLast);
}

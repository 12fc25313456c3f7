using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>What waits for a handler, by node. Reads what waits, and of what does not only a bounded part.</summary>
internal static class BacklogQuery
{
    // An event that blocks its node holds settled_through, while other nodes go on: what they have done lies between what waits.
    public const string PendingSql =
        """
        SELECT p.node_id, count(*), min(p.seq), p.id, p.received_at FROM (
            SELECT e.seq, e.node_id, e.id, e.received_at
            FROM handlers h CROSS JOIN events e ON e.seq > h.settled_through AND e.seq <= h.settled_through + 250000
            WHERE h.name = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.handler = h.handler AND d.seq = e.seq)
            ORDER BY e.seq LIMIT 10000) p
        GROUP BY p.node_id
        """;

    public const string ScheduledSql =
        """
        SELECT e.node_id, d.seq, e.id, e.received_at, d.attempts, d.due_at, d.position
        FROM handlers h CROSS JOIN deliveries d INDEXED BY deliveries_unfinished ON d.handler = h.handler CROSS JOIN events e ON e.seq = d.seq
        WHERE h.name = ?1 AND d.state = 1 ORDER BY d.seq LIMIT 10000
        """;

    private const int MaxLanes = 1_000;

    public static IReadOnlyList<LaneBacklog> List(Database database, string handler)
    {
        // One snapshot: a delivery is either pending or scheduled.
        database.Execute("BEGIN");
        var lanes = new Dictionary<string, Lane>(StringComparer.Ordinal);
        ReadPending(database, handler, lanes);
        ReadScheduled(database, handler, lanes);
        return [.. lanes.Values.Select(lane => lane.Waits).OrderBy(lane => lane.OldestReceivedAt).Take(MaxLanes)];
    }

    private static void ReadPending(Database database, string handler, Dictionary<string, Lane> lanes)
    {
        using var rows = database.Query(PendingSql, handler);
        while (rows.Step())
        {
            // SQLite takes the other columns from the row that has the minimum.
            var node = rows.GetString(0);
            lanes[node] = new Lane(Backlog.TurnOf(rows.GetInt64(2)), new LaneBacklog(
                new NodeId(node), (int)rows.GetInt64(1), 0, Instant.FromMilliseconds(rows.GetInt64(4)), new WebhookEventId(rows.GetSpan(3)), 0, null));
        }
    }

    private static void ReadScheduled(Database database, string handler, Dictionary<string, Lane> lanes)
    {
        using var rows = database.Query(ScheduledSql, handler);
        while (rows.Step())
        {
            var node = rows.GetString(0);
            var turn = rows.GetNullableInt64(6) ?? Backlog.TurnOf(rows.GetInt64(1));
            var first = new LaneBacklog(
                new NodeId(node), 0, 1, Instant.FromMilliseconds(rows.GetInt64(3)), new WebhookEventId(rows.GetSpan(2)), (int)rows.GetInt64(4),
                Instant.FromMilliseconds(rows.GetNullableInt64(5)));
            lanes[node] = lanes.TryGetValue(node, out var lane) ? Join(lane, new Lane(turn, first)) : new Lane(turn, first);
        }
    }

    private static Lane Join(Lane lane, Lane other)
    {
        var head = lane.Turn < other.Turn ? lane : other;
        return head with
        {
            Waits = head.Waits with
            {
                Pending = lane.Waits.Pending,
                Scheduled = lane.Waits.Scheduled + 1,
                OldestReceivedAt = lane.Waits.OldestReceivedAt < other.Waits.OldestReceivedAt ? lane.Waits.OldestReceivedAt : other.Waits.OldestReceivedAt,
            },
        };
    }

    /// <param name="Turn">The turn of its head.</param>
    /// <param name="Waits">What waits in it.</param>
    private readonly record struct Lane(long Turn, LaneBacklog Waits);
}

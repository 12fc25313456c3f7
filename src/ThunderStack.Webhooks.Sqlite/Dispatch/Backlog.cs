using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>What a handler has waiting in the table, in the order it is to be handed out.</summary>
internal sealed class Backlog
{
    public const string PendingSql =
        """
        SELECT e.seq, e.node_id FROM events e
        WHERE e.seq > ?2 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.handler = ?1 AND d.seq = e.seq)
        ORDER BY e.seq
        """;

    public const string ScheduledSql =
        """
        SELECT d.seq, e.node_id, d.attempts, d.at, d.due_at, d.position
        FROM deliveries d JOIN events e ON e.seq = d.seq
        WHERE d.state = 1 AND d.handler = ?1
        """;

    private const int TurnShift = 20;

    public static Backlog Empty { get; } = new();

    public List<BacklogItem> Items { get; } = [];

    /// <summary>The turn of a delivery that was never replayed.</summary>
    public static long TurnOf(long seq) => seq << TurnShift;

    /// <summary>The event that a turn belongs to, or stands behind.</summary>
    public static long SeqAt(long turn) => turn >> TurnShift;

    /// <summary>Reads from one snapshot.</summary>
    public static Backlog Read(Database database, long handler, long settledThrough, NodeBook nodes, TimeProvider time)
    {
        var scheduled = ReadScheduled(database, handler, nodes, time);
        var backlog = new Backlog();
        var next = 0;
        foreach (var pending in ReadPending(database, handler, settledThrough, nodes))
        {
            for (; next < scheduled.Count && scheduled[next].Turn < TurnOf(pending.Seq); next++)
            {
                backlog.Items.Add(scheduled[next].Item);
            }

            backlog.Items.Add(pending);
        }

        backlog.Items.AddRange(scheduled.Skip(next).Select(entry => entry.Item));
        return backlog;
    }

    private static IEnumerable<BacklogItem> ReadPending(Database database, long handler, long settledThrough, NodeBook nodes)
    {
        using var rows = database.Query(PendingSql, handler, settledThrough);
        while (rows.Step())
        {
            yield return new BacklogItem(rows.GetInt64(0), nodes.GetOrAdd(new NodeId(rows.GetString(1))), null);
        }
    }

    private static List<(long Turn, BacklogItem Item)> ReadScheduled(
        Database database, long handler, NodeBook nodes, TimeProvider time)
    {
        using var rows = database.Query(ScheduledSql, handler);
        var uptime = Uptime.Milliseconds(time);
        var now = Instant.ToMilliseconds(time.GetUtcNow());
        var scheduled = new List<(long Turn, BacklogItem Item)>();
        while (rows.Step())
        {
            var seq = rows.GetInt64(0);
            var node = nodes.GetOrAdd(new NodeId(rows.GetString(1)));
            var attempts = (int)rows.GetInt64(2);
            var wait = LeftOfWait(attempts, rows.GetInt64(3), rows.GetInt64(4), now);
            scheduled.Add((rows.GetNullableInt64(5) ?? TurnOf(seq), new BacklogItem(seq, node, new Retry(attempts, uptime + wait))));
        }

        return [.. scheduled.OrderBy(entry => entry.Turn)];
    }

    /// <summary>
    /// How long a delivery still has to wait. The wall clock may have been wrong when its last attempt ended, or may be wrong
    /// now: what was asked for then is the most it waits. What is replayed has no attempts and waits for nothing.
    /// </summary>
    private static long LeftOfWait(int attempts, long endedAt, long dueAt, long now) =>
        attempts == 0 ? 0 : Math.Clamp(dueAt - now, 0, Math.Max(0, dueAt - endedAt));
}

/// <summary>A delivery that waits.</summary>
/// <param name="Seq">The event.</param>
/// <param name="Node">Its node.</param>
/// <param name="Retry">What is known of earlier attempts; <see langword="null"/> when it has no row.</param>
internal readonly record struct BacklogItem(long Seq, NodeSlot Node, Retry? Retry);

using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>Claims lanes, and reads what is in them.</summary>
internal sealed class LaneStatements(SchemaName schema, Guard guard)
{
    // How many deliveries one look at the tables brings at most.
    private const int MaxDeliveries = 1_024;
    private const int FirstEntryColumn = 7;

    /// <summary>
    /// Free is what nobody owns, or somebody who is gone. What this replica owns and does not hold, it was not told that it
    /// got: it may have it again.
    /// </summary>
    public string ClaimSql { get; } =
        $"""
        WITH free AS (
            SELECT l.handler, l.node FROM {schema}.lanes l JOIN {schema}.nodes n ON n.node = l.node
            WHERE l.handler = $1 AND ($3 IS NULL OR l.node = ANY($3)) AND l.node <> ALL($4)
                AND n.last_turn > l.done_through
                AND (l.due_at IS NULL OR l.due_at <= $5 OR ($6 AND n.last_turn > l.seen))
                AND (l.owner IS NULL OR l.owner = $2 OR NOT EXISTS (SELECT FROM {schema}.replicas r WHERE r.replica = l.owner))
            ORDER BY l.done_through LIMIT $7
            FOR NO KEY UPDATE OF l SKIP LOCKED
        )
        UPDATE {schema}.lanes l SET owner = $2, fence = l.fence + 1, due_at = NULL
        FROM free f WHERE l.handler = f.handler AND l.node = f.node
            AND EXISTS (SELECT FROM {schema}.replicas r WHERE r.replica = $2)
        RETURNING l.node, l.fence, l.done_through, (SELECT n.node_id FROM {schema}.nodes n WHERE n.node = l.node)
        """;

    /// <summary>A lane's next deliveries: events without a result, and those that wait for another attempt or a replay.</summary>
    public string LoadSql { get; } =
        $"""
        SELECT q.place::integer, q.last_turn, q.effective_at, t.turn, t.seq, t.attempts, t.due_at, {EntryColumns.Select}
        FROM (
            SELECT u.place, u.node, u.after, m.last_turn, m.effective_at
            FROM unnest($2, $3) WITH ORDINALITY AS u(node, after, place) JOIN {schema}.nodes m ON m.node = u.node
        ) q
        LEFT JOIN LATERAL (
            (SELECT e.seq AS turn, e.seq, 0 AS attempts, NULL::bigint AS due_at FROM {schema}.events e
            WHERE e.node = q.node AND e.seq > q.after
                AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = $1 AND d.seq = e.seq)
            ORDER BY e.seq LIMIT $4)
            UNION ALL
            (SELECT d.turn, d.seq, d.attempts, d.due_at FROM {schema}.deliveries d
            WHERE d.handler = $1 AND d.node = q.node AND d.state = 1 AND d.turn > q.after
            ORDER BY d.turn LIMIT $4)
            ORDER BY turn LIMIT $4
        ) t ON true
        LEFT JOIN {schema}.events e ON e.seq = t.seq
        LEFT JOIN {schema}.nodes n ON n.node = e.node
        LEFT JOIN {schema}.public_keys k ON k.key = e.key
        ORDER BY q.place, t.turn
        """;

    public async Task<List<Lane>> ClaimAsync(
        NpgsqlConnection connection, int handler, long replica, FetchPlan plan, long now, NodeBook nodes, CancellationToken cancellationToken)
    {
        await using var batch = guard.CreateLookUp(connection);
        batch.Add(ClaimSql)
            .With(handler)
            .With(replica)
            .With(plan.Nodes, NpgsqlDbType.Array | NpgsqlDbType.Integer)
            .With(plan.Held)
            .With(now)
            .With(plan.Ordering == DeliveryOrdering.None)
            .With(plan.Room);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var lanes = new List<Lane>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var node = nodes.GetOrAdd(new NodeId(StoredText.Decode(reader.GetString(3))), reader.GetInt32(0));
            lanes.Add(new Lane(node, reader.GetInt64(1), reader.GetInt64(2)));
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return lanes;
    }

    public async Task<List<LoadedLane>> LoadAsync(
        NpgsqlConnection connection, int handler, IReadOnlyList<Lane> lanes, int piece, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(MaxDeliveries / lanes.Count, 1, piece);
        await using var batch = guard.CreateLookUp(connection);
        batch.Add(LoadSql)
            .With(handler)
            .With(lanes.Select(lane => lane.Node.Number).ToArray())
            .With(lanes.Select(lane => lane.LoadedThrough).ToArray())
            .With(limit);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var loaded = lanes.Select(lane => new LoadedLane(lane)).ToList();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var lane = loaded[reader.GetInt32(0) - 1];
            lane.LastTurn = reader.GetInt64(1);
            lane.Lane.Node.Raise(reader.Number(2) ?? long.MinValue);
            if (!reader.IsDBNull(3) && ++lane.Rows > 0 && !reader.IsDBNull(FirstEntryColumn))
            {
                lane.Items.Add(ReadItem(reader));
            }
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        loaded.ForEach(lane => lane.IsComplete = lane.Rows < limit);
        return loaded;
    }

    private static LaneItem ReadItem(NpgsqlDataReader row) => new(row.GetInt64(3), row.GetInt64(4), EntryColumns.Read(row, FirstEntryColumn))
    {
        Attempts = row.GetInt32(5),
        State = row.IsDBNull(6) ? LaneItemState.Ready : LaneItemState.Waiting,
        DueAt = row.Number(6) ?? 0,
    };
}

/// <summary>What the tables had for a lane.</summary>
/// <param name="lane">The lane.</param>
internal sealed class LoadedLane(Lane lane)
{
    public Lane Lane => lane;

    public List<LaneItem> Items { get; } = [];

    public int Rows { get; set; }

    /// <summary>The last turn of the node when it was read.</summary>
    public long LastTurn { get; set; }

    /// <summary>Whether there was no more up to that.</summary>
    public bool IsComplete { get; set; }
}

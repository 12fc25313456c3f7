using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// Claims lanes that are free and have something due, each with its next delivery: one round trip, one transaction. First the
/// lanes are chosen and locked; then, in a statement of its own, which sees everything that was committed before the locks,
/// their next deliveries are looked for.
/// </summary>
internal sealed class ClaimStatement
{
    // Names the chosen lanes to the second statement; gone with the transaction.
    private const string Chosen = "thunderstack.lanes";
    private const string IsRunning = "{0}.seq = ANY($4)";

    private readonly Guard _guard;
    private readonly long _lease;

    public ClaimStatement(SchemaName schema, Guard guard, DeliveryOrdering ordering, TimeSpan lease)
    {
        _guard = guard;
        _lease = (long)lease.TotalMilliseconds;
        var sql = new LaneSql(schema, ordering);
        NamedSql = Choose("l.node = ANY($2)", "");
        AnySql = Choose("l.node > $2", "ORDER BY l.node");
        MoveSql = sql.Move(
            $"""
            SELECT l.handler, l.node, CASE WHEN l.token = ANY($3) THEN l.token ELSE $2 END AS token, true AS takes_next,
                l.token IS NOT NULL AND l.token = ANY($3) AS stays
            FROM {schema}.lanes l
            WHERE l.handler = {HandlerOf(schema)} AND l.node = ANY((SELECT string_to_array(current_setting('{Chosen}', true), ',')::integer[])::integer[])
            """,
            IsRunning,
            lease: "$5");

        // Free is what has no token, whose lease is over, or what this replica claimed without hearing of it.
        string Choose(string nodes, string order) =>
            $"""
            SELECT set_config('{Chosen}', coalesce(string_agg(f.node::text, ','), ''), true) FROM (
                SELECT l.node FROM {schema}.lanes l JOIN {schema}.nodes n ON n.node = l.node
                    {sql.Candidates(IsRunning)}
                WHERE l.handler = {HandlerOf(schema)} AND {nodes}
                    AND (l.token IS NULL OR l.lease_until <= {ServerClock.Now} OR l.token = ANY($3))
                    AND {LaneSql.Next} IS NOT NULL
                {order} LIMIT $5 FOR NO KEY UPDATE OF l SKIP LOCKED
            ) f
            """;
    }

    /// <summary>Chooses among the lanes of named nodes.</summary>
    public string NamedSql { get; }

    /// <summary>Chooses among all lanes, from a node on.</summary>
    public string AnySql { get; }

    public string MoveSql { get; }

    /// <param name="connection">Where to ask.</param>
    /// <param name="handler">The handler's name: its number may be another one after a failover.</param>
    /// <param name="request">Which lanes.</param>
    /// <param name="token">The token of the lanes that are claimed.</param>
    /// <param name="unanswered">Tokens of earlier claims whose answers did not arrive.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<List<LaneAnswer>> ExecuteAsync(
        NpgsqlConnection connection, string handler, ClaimRequest request, Guid token, Guid[] unanswered, CancellationToken cancellationToken)
    {
        await using var batch = _guard.CreateLookUp(connection);
        var choose = request.Wanted.Nodes is { } nodes
            ? batch.Add(NamedSql).With(handler).With(nodes)
            : batch.Add(AnySql).With(handler).With(request.Wanted.After);
        choose.With<Guid[]>([.. request.Held, .. unanswered]).With(request.Running).With(request.Wanted.Room);
        batch.Add(MoveSql).With(handler).With(token).With(request.Held).With(request.Running).With(_lease);
        return await batch.ReadAsync(skip: 2, Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what <see cref="LaneSql.Move"/> answers of a lane.</summary>
    public static LaneAnswer Read(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetInt32(1),
        row.GetGuid(2),
        row.GetBoolean(3),
        row.Number(4) is { } seq ? new GrantedDelivery(seq, row.GetInt32(5), row.GetBoolean(6), EntryColumns.Read(row, first: 7)) : null);

    private static string HandlerOf(SchemaName schema) => $"(SELECT h.handler FROM {schema}.handlers h WHERE h.name = $1)";
}

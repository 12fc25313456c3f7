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

    private readonly TransactionSettings _settings;
    private readonly long _lease;

    public ClaimStatement(SchemaName schema, TransactionSettings settings, DeliveryOrdering ordering, TimeSpan lease)
    {
        _settings = settings;
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
                {order} LIMIT greatest(0, $5 - (
                    SELECT count(*) FROM {schema}.lanes k WHERE k.handler = {HandlerOf(schema)} AND k.node = ANY($6) AND k.token = ANY($7)))
                FOR NO KEY UPDATE OF l SKIP LOCKED
            ) f
            """;
    }

    /// <summary>Chooses among the lanes of named nodes.</summary>
    public string NamedSql { get; }

    /// <summary>Chooses among all lanes, from a node on.</summary>
    public string AnySql { get; }

    public string MoveSql { get; }

    public async Task<List<LaneAnswer>> ExecuteAsync(NpgsqlConnection connection, PendingClaim claim, CancellationToken cancellationToken)
    {
        await using var batch = _settings.CreateLookUp(connection);
        AddTo(batch, claim, []);
        return await batch.ReadAsync(skip: 2, Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the two statements, each of which answers rows.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="claim">What to claim.</param>
    /// <param name="settled">The lanes that the batch has settled. Each that is still held has taken a slot of the claim's room.</param>
    public void AddTo(NpgsqlBatch batch, PendingClaim claim, IReadOnlyList<Lane> settled)
    {
        var (handler, request) = (claim.Lanes.Name, claim.Request);
        var choose = request.Wanted.Nodes is { } nodes
            ? batch.Add(NamedSql).With(handler).With(nodes)
            : batch.Add(AnySql).With(handler).With(request.Wanted.After);
        choose.With<Guid[]>([.. request.Held, .. claim.Unanswered]).With(request.Running).With(request.Wanted.Room)
            .With(settled.Column(lane => lane.Node)).With(settled.Column(lane => lane.Token));
        batch.Add(MoveSql).With(handler).With(claim.Token).With(request.Held).With(request.Running).With(_lease);
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

using NpgsqlTypes;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Records results and moves their lanes on: one round trip, one transaction. Of a lane that does not carry the token it was
/// claimed with, it records nothing.
/// </summary>
internal sealed class SettleStatement
{
    private const int MaxErrorLength = 1_000;
    private const string IsRunning = "EXISTS (SELECT FROM unnest($6, $7) AS q(handler, seq) WHERE q.handler = l.handler AND q.seq = {0}.seq)";

    private readonly TransactionSettings _settings;
    private readonly ClaimStatement _claim;
    private readonly long _lease;

    public SettleStatement(SchemaName schema, TransactionSettings settings, ClaimStatement claim, DeliveryOrdering ordering, TimeSpan lease)
    {
        _settings = settings;
        _claim = claim;
        _lease = (long)lease.TotalMilliseconds;
        LockSql =
            $"""
            SELECT FROM unnest($1, $2, $3) AS u(handler, node, token) JOIN {schema}.lanes l ON l.handler = u.handler AND l.node = u.node
            WHERE l.token = u.token ORDER BY l.handler, l.node FOR NO KEY UPDATE OF l
            """;
        RecordSql =
            $"""
            INSERT INTO {schema}.deliveries(handler, seq, node, turn, state, attempts, at, due_at, delay, error, error_code)
            SELECT l.handler, e.seq, e.node, e.seq, u.state, u.attempts, u.at, {ServerClock.Now} + u.delay, u.delay, u.error, u.error_code
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS u(handler, node, token, seq, id, state, attempts, at, delay, error, error_code)
                JOIN {schema}.lanes l ON l.handler = u.handler AND l.node = u.node AND l.token = u.token
                JOIN LATERAL (SELECT e.seq, e.id, e.node FROM {schema}.events e WHERE e.seq = u.seq LIMIT 1) e ON e.id = u.id AND e.node = l.node
            ON CONFLICT (handler, seq) DO UPDATE SET
                state = excluded.state, attempts = excluded.attempts, at = excluded.at, due_at = excluded.due_at,
                delay = excluded.delay, error = excluded.error, error_code = excluded.error_code
            """;
        FailSql =
            $"""
            INSERT INTO {schema}.failed_attempts(seq, handler, at, attempt, took, error_code, error)
            SELECT u.seq, l.handler, u.at, u.attempt, u.took, u.error_code, u.error
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS u(handler, node, token, seq, at, attempt, took, error_code, error)
                JOIN {schema}.lanes l ON l.handler = u.handler AND l.node = u.node AND l.token = u.token
            ON CONFLICT DO NOTHING
            """;
        MoveSql = new LaneSql(schema, ordering).Move(
            $"""
            SELECT l.handler, l.node, u.token, u.takes_next, u.stays
            FROM unnest($1, $2, $3, $4, $5) AS u(handler, node, token, takes_next, stays)
                JOIN {schema}.lanes l ON l.handler = u.handler AND l.node = u.node AND l.token = u.token
            """,
            IsRunning,
            lease: "$8");
    }

    public string LockSql { get; }

    public string RecordSql { get; }

    public string FailSql { get; }

    public string MoveSql { get; }

    /// <summary>Answers how the lanes go on that are still held, and to each claim what it granted.</summary>
    /// <param name="connection">Where to write.</param>
    /// <param name="operations">The results, one a lane.</param>
    /// <param name="moves">For each, how its lane goes on.</param>
    /// <param name="running">The deliveries that run, by handler and place.</param>
    /// <param name="claims">What to claim with it, for the slots whose lanes have no next delivery.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<(List<LaneAnswer> Moved, List<List<LaneAnswer>> Claimed)> ExecuteAsync(
        NpgsqlConnection connection, List<SettleOperation> operations, List<LaneMove> moves,
        IReadOnlyList<(int Handler, long Seq)> running, IReadOnlyList<PendingClaim> claims, CancellationToken cancellationToken)
    {
        var handlers = operations.Column(operation => operation.Lane.Handler);
        var nodes = operations.Column(operation => operation.Lane.Node);
        var tokens = operations.Column(operation => operation.Lane.Token);
        await using var batch = _settings.CreateLookUp(connection);
        batch.Add(LockSql).With(handlers).With(nodes).With(tokens);
        var results = operations.FindAll(operation => operation.HasResult);
        if (results.Count > 0)
        {
            batch.Add(RecordSql)
                .With(results.Column(result => result.Lane.Handler))
                .With(results.Column(result => result.Lane.Node))
                .With(results.Column(result => result.Lane.Token))
                .With(results.Column(result => result.Delivery!.Seq))
                .With(results.Column(result => result.Delivery!.Entry.Id.ToByteArray()), NpgsqlDbType.Array | NpgsqlDbType.Bytea)
                .With(results.Column(result => (short)result.State))
                .With(results.Column(result => result.Delivery!.AttemptsAfter(result.Settlement)))
                .With(results.Column(result => Instant.ToMilliseconds(result.Settlement.At)))
                .With(results.Column(result => result.State == DeliveryState.Scheduled ? (long?)result.Settlement.Delay.TotalMilliseconds : null))
                .With(results.Column(ErrorOf), NpgsqlDbType.Array | NpgsqlDbType.Text)
                .With(results.Column(CodeOf), NpgsqlDbType.Array | NpgsqlDbType.Text);
        }

        var failures = results.FindAll(result => result.Settlement.IsFailure);
        if (failures.Count > 0)
        {
            batch.Add(FailSql)
                .With(failures.Column(failure => failure.Lane.Handler))
                .With(failures.Column(failure => failure.Lane.Node))
                .With(failures.Column(failure => failure.Lane.Token))
                .With(failures.Column(failure => failure.Delivery!.Seq))
                .With(failures.Column(failure => Instant.ToMilliseconds(failure.Settlement.At)))
                .With(failures.Column(failure => failure.Delivery!.AttemptsAfter(failure.Settlement)))
                .With(failures.Column(failure => (long)failure.Settlement.Duration.TotalMilliseconds))
                .With(failures.Column(CodeOf), NpgsqlDbType.Array | NpgsqlDbType.Text)
                .With(failures.Column(ErrorOf), NpgsqlDbType.Array | NpgsqlDbType.Text);
        }

        batch.Add(MoveSql)
            .With(handlers)
            .With(nodes)
            .With(tokens)
            .With(moves.Column(move => move.TakesNext))
            .With(moves.Column(move => move.Stays))
            .With(running.Column(delivery => delivery.Handler))
            .With(running.Column(delivery => delivery.Seq))
            .With(_lease);
        foreach (var claim in claims)
        {
            _claim.AddTo(batch, claim, [.. operations.Where(operation => operation.Lanes == claim.Lanes).Select(operation => operation.Lane)]);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var moved = await reader.ReadAsync(skip: 2, ClaimStatement.Read, cancellationToken).ConfigureAwait(false);
        var claimed = new List<List<LaneAnswer>>();
        while (claimed.Count < claims.Count)
        {
            claimed.Add(await reader.ReadAsync(skip: 2, ClaimStatement.Read, cancellationToken).ConfigureAwait(false));
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return (moved, claimed);
    }

    private static string? ErrorOf(SettleOperation operation) =>
        StoredText.Encode(operation.Settlement.Error is { } error ? OneLine.Of(error, MaxErrorLength) : null);

    private static string? CodeOf(SettleOperation operation) => StoredText.Encode(operation.Settlement.ErrorCode);
}

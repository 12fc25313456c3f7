using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Replicas;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Replays and discards deliveries: looks for them, then changes them slice by slice.</summary>
internal sealed class DeadLetterCommands(
    NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, InboxQueries queries, DeliveryBoard board,
    WakeUps wakeUps) : IDeadLetterCommands
{
    private const int Slice = 500;

    // The state is checked again by the change: it may be another one since it was looked at.
    private string ReplaySql(string states) =>
        $"""
        WITH chosen AS MATERIALIZED (
            SELECT d.handler, d.seq, d.node FROM unnest($1, $2) AS u(handler, seq)
            JOIN {schema}.deliveries d ON d.handler = u.handler AND d.seq = u.seq
            WHERE d.{states} ORDER BY d.seq, d.handler FOR NO KEY UPDATE OF d
        ), numbered AS MATERIALIZED (
            SELECT handler, seq, node, nextval('{schema}.turns') AS turn FROM chosen
        ), replayed AS (
            UPDATE {schema}.deliveries d SET state = 1, attempts = 0, due_at = {ServerClock.Now}, delay = 0, turn = c.turn, error = NULL, error_code = NULL
            FROM numbered c WHERE d.handler = c.handler AND d.seq = c.seq
        ), behind AS (
            UPDATE {schema}.nodes n SET last_turn = c.last_turn
            FROM (SELECT node, max(turn) AS last_turn FROM numbered GROUP BY node) c WHERE n.node = c.node
        )
        SELECT node FROM numbered
        """;

    public async Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var states = DeliverySql.StatesOf(filter);
        var replayed = 0;
        foreach (var slice in await FindAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            var nodes = await ReplayAsync(slice, states, cancellationToken).ConfigureAwait(false);
            replayed += nodes.Count;
            board.Touch(nodes.Distinct().ToArray());
            await wakeUps.SendAsync(cancellationToken).ConfigureAwait(false);
        }

        return replayed;
    }

    public async Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        (await FindAsync(filter, cancellationToken).ConfigureAwait(false)).Sum(slice => slice.Length);

    public async Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var discarded = 0;
        foreach (var slice in await FindAsync(filter with { DeadLettersOnly = true }, cancellationToken).ConfigureAwait(false))
        {
            discarded += (await queries.ReadAsync(
                $"""
                UPDATE {schema}.deliveries d SET state = 4, due_at = NULL FROM unnest($1, $2) AS u(handler, seq)
                WHERE d.handler = u.handler AND d.seq = u.seq AND d.state = 3 RETURNING d.seq
                """,
                command => command.With(slice.Select(row => row.Handler).ToArray()).With(slice.Select(row => row.Seq).ToArray()),
                row => row.GetInt64(0),
                cancellationToken).ConfigureAwait(false)).Count;
        }

        return discarded;
    }

    private async Task<IEnumerable<Candidate[]>> FindAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var found = await queries.ChooseAsync(
            filter,
            filter.Handler is null ? board.TakingPart : null,
            row => new Candidate(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2)),
            cancellationToken).ConfigureAwait(false);
        return found.Chunk(Slice);
    }

    private async Task<List<int>> ReplayAsync(Candidate[] slice, string states, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateBatch(connection);
        batch.AddMaintenanceLock(schema);

        // As an append does: a node's turns are taken under the lock of its row.
        batch.Add($"SELECT node FROM {schema}.nodes WHERE node = ANY($1) ORDER BY node FOR NO KEY UPDATE")
            .With(slice.Select(row => row.Node).Distinct().ToArray());
        batch.Add(ReplaySql(states))
            .With(slice.Select(row => row.Handler).ToArray())
            .With(slice.Select(row => row.Seq).ToArray());
        return await batch.ReadAsync(skip: 3, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
    }

    private readonly record struct Candidate(int Handler, long Seq, int Node);
}

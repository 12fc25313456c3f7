using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>
/// Stores what is done to nodes. Nothing is locked between looking and storing: each node's actions are numbered, and of those who take
/// the same number one has it, and the others look again.
/// </summary>
internal sealed class ActionCommands(NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, AppendStatement append) : IActionStore
{
    /// <summary>Called with the node that an event was stored of.</summary>
    public required Action<IReadOnlyCollection<int>> Stored { get; init; }

    private string ListSql { get; } =
        $"""
        SELECT number, name, handler, trigger_id, started_at, lease, outcome FROM {schema}.actions WHERE node_id = $1 ORDER BY number DESC
        """;

    private string InsertSql { get; } =
        $"""
        WITH removed AS (DELETE FROM {schema}.actions WHERE node_id = $1 AND number <= $2 - {ActionRequest.Kept})
        INSERT INTO {schema}.actions(node_id, number, name, handler, trigger_id, started_at, lease) VALUES($1, $2, $3, $4, $5, $6, $7)
        """;

    private string EndSql { get; } =
        $"UPDATE {schema}.actions SET outcome = $4 WHERE node_id = $1 AND handler = $2 AND trigger_id = $3 AND outcome IS NULL";

    public async Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var (earlier, now) = await ListAsync(connection, request.NodeId, cancellationToken).ConfigureAwait(false);
            var start = request.Judge(earlier, now);
            if (start is not { Verdict: ActionVerdict.Begun, Action: { } action }
                || await TryStoreAsync(connection, action, cancellationToken).ConfigureAwait(false))
            {
                return start;
            }
        }
    }

    public async Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateBatch(connection);
        batch.Add(EndSql).With(StoredText.Encode(nodeId.Value)).With(StoredText.Encode(handler)).With(triggerId.ToByteArray()).With((short)outcome);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(List<NodeAction> Actions, DateTimeOffset Now)> ListAsync(
        NpgsqlConnection connection, NodeId nodeId, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateBatch(connection);
        batch.Add($"SELECT {ServerClock.Now}");
        batch.Add(ListSql).With(StoredText.Encode(nodeId.Value));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = Instant.FromMilliseconds(reader.GetInt64(0));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var actions = new List<NodeAction>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            actions.Add(new NodeAction
            {
                NodeId = nodeId,
                Number = reader.GetInt32(0),
                Name = reader.GetString(1),
                Handler = StoredText.Decode(reader.GetString(2)),
                TriggerId = new WebhookEventId(reader.GetFieldValue<byte[]>(3)),
                StartedAt = Instant.FromMilliseconds(reader.GetInt64(4)),
                Lease = TimeSpan.FromMilliseconds(reader.GetInt64(5)),
                Outcome = reader.IsDBNull(6) ? null : (ActionOutcome)reader.GetInt16(6),
            });
        }

        return (actions, now);
    }

    /// <summary>Stores an action and its event in one transaction; says whether nobody else has taken its number.</summary>
    private async Task<bool> TryStoreAsync(NpgsqlConnection connection, NodeAction action, CancellationToken cancellationToken)
    {
        var nodeId = StoredText.Encode(action.NodeId.Value);
        await using var batch = settings.CreateBatch(connection);
        batch.Add(InsertSql)
            .With(nodeId)
            .With(action.Number)
            .With(action.Name)
            .With(StoredText.Encode(action.Handler))
            .With(action.TriggerId.ToByteArray())
            .With(Instant.ToMilliseconds(action.StartedAt))
            .With((long)action.Lease.TotalMilliseconds);
        KnownNames.AddNodes(batch, schema, [nodeId]);
        append.AddTo(batch, [NodeActionStarted.Write(action)], [null]);
        try
        {
            // The settings, the lock of registrations and that of the node answer rows before the event does.
            var nodes = await batch.ReadAsync(skip: 3, row => row.GetInt32(2), cancellationToken).ConfigureAwait(false);
            Stored(nodes);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }
}

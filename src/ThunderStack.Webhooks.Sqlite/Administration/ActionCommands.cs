using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Stores what is done to nodes, each action in one transaction with its event.</summary>
internal sealed class ActionCommands(CommandRunner commands, TimeProvider time) : IActionStore
{
    public Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken) =>
        commands.RunAsync(session => Begin(session, request)).WaitAsync(cancellationToken);

    public Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken) =>
        commands.RunAsync(session => session.Database.Run(
            "UPDATE actions SET outcome = ?4 WHERE node_id = ?1 AND handler = ?2 AND trigger_id = ?3 AND outcome IS NULL",
            nodeId.Value, handler, triggerId.ToByteArray(), (long)outcome)).WaitAsync(cancellationToken);

    private ActionStart Begin(WriteSession session, ActionRequest request)
    {
        var start = request.Judge(List(session.Database, request.NodeId), time.GetUtcNow());
        if (start is not { Verdict: ActionVerdict.Begun, Action: { } action })
        {
            return start;
        }

        session.Database.Run(
            "INSERT INTO actions(node_id, number, name, handler, trigger_id, started_at, lease) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            action.NodeId.Value,
            action.Number,
            action.Name,
            action.Handler,
            action.TriggerId.ToByteArray(),
            Instant.ToMilliseconds(action.StartedAt),
            (long)action.Lease.TotalMilliseconds);
        session.Database.Run(
            "DELETE FROM actions WHERE node_id = ?1 AND number <= ?2", action.NodeId.Value, action.Number - ActionRequest.Kept);
        session.Append(NodeActionStarted.Write(action), null);
        return start;
    }

    private static List<NodeAction> List(Database database, NodeId nodeId) => database.ReadAll(
        "SELECT number, name, handler, trigger_id, started_at, lease, outcome FROM actions WHERE node_id = ?1 ORDER BY number DESC",
        row => new NodeAction
        {
            NodeId = nodeId,
            Number = (int)row.GetInt64(0),
            Name = row.GetString(1),
            Handler = row.GetString(2),
            TriggerId = new WebhookEventId(row.GetSpan(3)),
            StartedAt = Instant.FromMilliseconds(row.GetInt64(4)),
            Lease = TimeSpan.FromMilliseconds(row.GetInt64(5)),
            Outcome = (ActionOutcome?)row.GetNullableInt64(6),
        },
        nodeId.Value);
}

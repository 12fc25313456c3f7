using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Stores what is done to nodes, each action in one transaction with its event.</summary>
internal sealed class ActionCommands(CommandRunner commands, TimeProvider time) : IActionStore
{
    public Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken) =>
        commands.RunAsync(session => Begin(session, request)).WaitAsync(cancellationToken);

    public Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken) =>
        commands.RunAsync(session =>
        {
            using var end = session.Database.Query(
                "UPDATE actions SET outcome = ?4 WHERE node_id = ?1 AND handler = ?2 AND trigger_id = ?3 AND outcome IS NULL");
            end.Bind(1, nodeId.Value);
            end.Bind(2, handler);
            end.Bind(3, triggerId.ToByteArray());
            end.Bind(4, (long)outcome);
            end.Run();
            return true;
        }).WaitAsync(cancellationToken);

    private ActionStart Begin(WriteSession session, ActionRequest request)
    {
        var start = request.Judge(List(session.Database, request.NodeId), time.GetUtcNow());
        if (start is not { Verdict: ActionVerdict.Begun, Action: { } action })
        {
            return start;
        }

        using var save = session.Database.Query(
            "INSERT INTO actions(node_id, number, name, handler, trigger_id, started_at, lease) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        save.Bind(1, action.NodeId.Value);
        save.Bind(2, action.Number);
        save.Bind(3, action.Name);
        save.Bind(4, action.Handler);
        save.Bind(5, action.TriggerId.ToByteArray());
        save.Bind(6, Instant.ToMilliseconds(action.StartedAt));
        save.Bind(7, (long)action.Lease.TotalMilliseconds);
        save.Run();
        using var remove = session.Database.Query("DELETE FROM actions WHERE node_id = ?1 AND number <= ?2");
        remove.Bind(1, action.NodeId.Value);
        remove.Bind(2, action.Number - ActionRequest.Kept);
        remove.Run();
        session.Append(NodeActionStarted.Write(action), null);
        return start;
    }

    private static List<NodeAction> List(Database database, NodeId nodeId)
    {
        using var rows = database.Query(
            "SELECT number, name, handler, trigger_id, started_at, lease, outcome FROM actions WHERE node_id = ?1 ORDER BY number DESC");
        rows.Bind(1, nodeId.Value);
        var actions = new List<NodeAction>();
        while (rows.Step())
        {
            actions.Add(new NodeAction
            {
                NodeId = nodeId,
                Number = (int)rows.GetInt64(0),
                Name = rows.GetString(1),
                Handler = rows.GetString(2),
                TriggerId = new WebhookEventId(rows.GetSpan(3)),
                StartedAt = Instant.FromMilliseconds(rows.GetInt64(4)),
                Lease = TimeSpan.FromMilliseconds(rows.GetInt64(5)),
                Outcome = (ActionOutcome?)rows.GetNullableInt64(6),
            });
        }

        return actions;
    }
}

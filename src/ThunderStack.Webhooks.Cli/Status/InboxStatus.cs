using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Status;

/// <summary>How everything stands, as an inbox tells it.</summary>
internal sealed record InboxStatus(
    IReadOnlyList<ConditionView> Conditions, IReadOnlyList<NodeStatusView> Nodes, IReadOnlyList<HandlerStatusView> Handlers)
{
    // Of dead letters, as many are read; beyond, there are more than it says.
    private const int MostDeadLetters = 10_000;

    public static async Task<InboxStatus> ReadAsync(IInboxQueries inbox, CancellationToken cancellationToken)
    {
        var conditions = await inbox.ListConditionsAsync(closed: false, cancellationToken);
        var nodes = await inbox.ListNodeStatesAsync(cancellationToken);
        var dead = (await inbox.ListDeadLettersAsync(MostDeadLetters, cancellationToken)).CountBy(letter => letter.Handler).ToDictionary();
        var handlers = new List<HandlerStatusView>();
        foreach (var handler in await inbox.ListHandlersAsync(cancellationToken))
        {
            var lanes = await inbox.ListBacklogAsync(handler.Name, cancellationToken);
            handlers.Add(new HandlerStatusView(
                handler.Name,
                lanes.Sum(lane => (long)lane.Pending),
                lanes.Sum(lane => (long)lane.Scheduled),
                lanes.Count > 0 ? lanes.Min(lane => lane.OldestReceivedAt) : null,
                dead.GetValueOrDefault(handler.Name)));
        }

        return new InboxStatus(
            [.. conditions.OrderByDescending(condition => condition.Severity).ThenBy(condition => condition.Since).Select(ConditionView.Of)],
            [.. nodes.Select(node => new NodeStatusView(node.NodeId.Value, node.Status.Value, node.EffectiveAt, node.EventId.ToString()))],
            handlers);
    }
}

/// <summary>An open condition.</summary>
internal sealed record ConditionView(
    string Kind, string Subject, string NodeId, ConditionSeverity Severity, DateTimeOffset Since, string Message, string? Remedy)
{
    public static ConditionView Of(Condition condition) => new(
        condition.Kind.Value, condition.Subject, condition.NodeId.Value, condition.Severity, condition.Since, condition.Message, condition.Remedy);
}

/// <summary>A node's latest status.</summary>
internal sealed record NodeStatusView(string NodeId, string Status, DateTimeOffset Since, string EventId);

/// <summary>What waits for a handler, and what it has given up.</summary>
internal sealed record HandlerStatusView(string Handler, long Pending, long Scheduled, DateTimeOffset? OldestReceivedAt, int DeadLetters);

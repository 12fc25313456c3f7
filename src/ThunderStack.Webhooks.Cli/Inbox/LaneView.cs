using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>What waits for a handler of a node, as it is listed.</summary>
internal sealed record LaneView(
    string Handler,
    string NodeId,
    int Pending,
    int Scheduled,
    DateTimeOffset OldestReceivedAt,
    string NextEventId,
    int Attempts,
    DateTimeOffset? DueAt)
{
    public static LaneView Of(string handler, LaneBacklog lane) => new(
        handler,
        lane.NodeId.Value,
        lane.Pending,
        lane.Scheduled,
        lane.OldestReceivedAt,
        lane.Head.ToString(),
        lane.Attempts,
        lane.DueAt);
}

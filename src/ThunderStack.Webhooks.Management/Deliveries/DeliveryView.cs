using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>How one event stands with one handler.</summary>
internal sealed record DeliveryView(
    string EventId, string? NodeId, string? NodeName, string Handler, DeliveryState State, int Attempts, DateTime At, DateTime? DueAt, string? ErrorCode, string? Error)
{
    public static DeliveryView Of(DeliveryRecord record, EventViews events) => new(
        record.EventId.ToString(),
        record.NodeId.Value is { Length: > 0 } node ? node : null,
        events.NameOf(record.NodeId),
        record.Handler,
        record.State,
        record.Attempts,
        record.At.UtcDateTime,
        record.DueAt?.UtcDateTime,
        record.ErrorCode,
        record.Error);
}

/// <summary>What waits for one handler at one node: behind the next event, which was tried so often and is due then, if not now.</summary>
internal sealed record LaneView(
    string Handler, string? NodeId, string? NodeName, int Pending, int Scheduled, DateTime OldestReceivedAt, string NextEventId, int Attempts, DateTime? DueAt)
{
    public static LaneView Of(string handler, LaneBacklog lane, EventViews events) => new(
        handler,
        lane.NodeId.Value is { Length: > 0 } node ? node : null,
        events.NameOf(lane.NodeId),
        lane.Pending,
        lane.Scheduled,
        lane.OldestReceivedAt.UtcDateTime,
        lane.Head.ToString(),
        lane.Attempts,
        lane.DueAt?.UtcDateTime);
}

/// <summary>Dead letters of one handler that failed in the same way.</summary>
internal sealed record FailureView(string Handler, string? ErrorCode, int Count, DateTime Oldest, DateTime Newest, string ExampleEventId, string? ExampleError);

using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>How one event stands with one handler.</summary>
/// <param name="EventId">The event.</param>
/// <param name="NodeId">The node that it is about; <see langword="null"/> when it is about none.</param>
/// <param name="NodeName">The name that the settings give that node.</param>
/// <param name="Handler">The handler's name.</param>
/// <param name="State">How the delivery stands.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="At">When it came to this state, in UTC.</param>
/// <param name="DueAt">When its next attempt is due, in UTC; <see langword="null"/> unless it waits for one.</param>
/// <param name="ErrorCode">The kind of error that its last attempt failed with.</param>
/// <param name="Error">What failed, in words.</param>
public sealed record DeliveryView(
    string EventId, string? NodeId, string? NodeName, string Handler, DeliveryState State, int Attempts, DateTime At, DateTime? DueAt, string? ErrorCode, string? Error)
{
    internal static DeliveryView Of(DeliveryRecord record, EventViews events) => new(
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
/// <param name="Handler">The handler's name.</param>
/// <param name="ErrorCode">The kind of error; <see langword="null"/> where none is known.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Oldest">When the first of them failed for good, in UTC.</param>
/// <param name="Newest">When the last of them did, in UTC.</param>
/// <param name="ExampleEventId">The event of one of them.</param>
/// <param name="ExampleError">What failed there, in words.</param>
public sealed record FailureView(string Handler, string? ErrorCode, int Count, DateTime Oldest, DateTime Newest, string ExampleEventId, string? ExampleError)
{
    internal static FailureView Of(FailureGroup group) => new(
        group.Handler, group.ErrorCode, group.Count, group.Oldest.UtcDateTime, group.Newest.UtcDateTime, group.Example.ToString(), group.Error);
}

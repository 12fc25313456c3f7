using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary><c>NODE_STATUS_UPDATED</c>: a node's status changed.</summary>
public sealed record NodeStatusUpdated : WebhookEvent
{
    /// <summary>The value of <c>eventType</c> for this event.</summary>
    public const string TypeName = "NODE_STATUS_UPDATED";

    /// <summary>The node's new status.</summary>
    public required NodeStatus Status { get; init; }

    internal static NodeStatusUpdated Read(InboxEntry entry) => new()
    {
        Id = entry.Id,
        Source = entry.Source,
        EventType = entry.EventType,
        NodeId = entry.NodeId,
        Timestamp = entry.Timestamp,
        Status = entry.Status ?? throw new InvalidDataException("it has no status."),
    };
}

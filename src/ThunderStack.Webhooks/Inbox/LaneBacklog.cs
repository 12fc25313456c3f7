using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>What waits in a lane: the queue of one node for one handler.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Pending">How many deliveries are <see cref="DeliveryState.Pending"/>.</param>
/// <param name="Scheduled">How many are <see cref="DeliveryState.Scheduled"/>.</param>
/// <param name="OldestReceivedAt">When the event that waits longest was received.</param>
/// <param name="Head">The event that is next in line; the others of its node wait behind it.</param>
/// <param name="Attempts">How many attempts at that event have ended.</param>
/// <param name="DueAt">When its next attempt is due; <see langword="null"/> when it is pending.</param>
public sealed record LaneBacklog(
    NodeId NodeId, int Pending, int Scheduled, DateTimeOffset OldestReceivedAt, WebhookEventId Head, int Attempts, DateTimeOffset? DueAt);

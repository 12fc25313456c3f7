using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>What the server said of a lane in the statement that moved it.</summary>
/// <param name="Handler">The handler's number.</param>
/// <param name="Node">The node's number.</param>
/// <param name="Token">The lane's token, with which it is held if <paramref name="Next"/> is there.</param>
/// <param name="HasNext">Whether the lane has a delivery that is due, granted or not.</param>
/// <param name="Next">The delivery that is granted with this answer.</param>
internal sealed record LaneAnswer(int Handler, int Node, Guid Token, bool HasNext, GrantedDelivery? Next);

/// <summary>A delivery that may begin.</summary>
/// <param name="Seq">The event's place in the order of receipt.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="IsStale">Whether the node has a later status.</param>
/// <param name="Entry">The event.</param>
internal sealed record GrantedDelivery(long Seq, int Attempts, bool IsStale, InboxEntry Entry);

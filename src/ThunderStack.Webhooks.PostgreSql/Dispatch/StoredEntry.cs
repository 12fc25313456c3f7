using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>An event that was just committed.</summary>
/// <param name="Seq">Its place in the order of receipt.</param>
/// <param name="Previous">The place that its node's queue ended at before: who knows everything up to there misses nothing.</param>
/// <param name="Node">Its node.</param>
/// <param name="Entry">The event.</param>
internal sealed record StoredEntry(long Seq, long Previous, NodeSlot Node, InboxEntry Entry);

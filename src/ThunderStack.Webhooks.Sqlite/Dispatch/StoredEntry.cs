namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>An event that was just committed.</summary>
/// <param name="Seq">Its place in the order of receipt.</param>
/// <param name="Node">Its node.</param>
/// <param name="Entry">The event; <see langword="null"/> when it is only known to be in the table.</param>
internal sealed record StoredEntry(long Seq, NodeSlot Node, InboxEntry? Entry);

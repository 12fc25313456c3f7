using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>An event.</summary>
/// <param name="place">Its place in the order of receipt.</param>
/// <param name="entry">The event.</param>
internal sealed class StoredEvent(long place, InboxEntry entry)
{
    public long Place { get; } = place;

    public InboxEntry Entry { get; } = entry;

    /// <summary>One for each handler that was there when the event came, in the handlers' order.</summary>
    public List<StoredDelivery> Deliveries { get; } = [];
}

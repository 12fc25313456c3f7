using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>A claim, and what it is a claim of.</summary>
internal sealed class InMemoryDelivery : ClaimedDelivery
{
    public required StoredDelivery Stored { get; init; }
}

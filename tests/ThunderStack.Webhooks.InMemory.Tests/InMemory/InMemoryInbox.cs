using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>
/// An inbox that keeps events in memory: the shortest store that keeps the whole contract, to be read before writing another one. Not
/// for production: what a receiver answered 200 is gone with its process.
/// </summary>
/// <param name="data">What is stored.</param>
/// <param name="time">The clock.</param>
public sealed class InMemoryInbox(InMemoryData data, TimeProvider time) : HostedInbox
{
    /// <inheritdoc/>
    protected override Task<IOpenInbox> OpenStoreAsync(bool isHosted, CancellationToken cancellationToken) =>
        Task.FromResult<IOpenInbox>(new OpenInMemoryInbox(data, time));
}

using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Removes old events, in a store that is open.</summary>
public interface IRetentionCommand
{
    /// <inheritdoc cref="IInboxAdministration.ApplyRetentionAsync"/>
    Task<int> ApplyAsync(DateTimeOffset cutoff, CancellationToken cancellationToken);
}

using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Replays and discards deliveries, in a store that is open.</summary>
public interface IDeadLetterCommands
{
    /// <inheritdoc cref="IInboxAdministration.ReplayAsync"/>
    Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxQueries.CountAsync"/>
    Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.DiscardAsync"/>
    Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken);
}

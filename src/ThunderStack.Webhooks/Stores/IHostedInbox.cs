using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>An inbox that the host opens, keeps tidy and closes.</summary>
internal interface IHostedInbox : IInboxAdministration
{
    /// <summary>Opens the store, and makes it when it is missing.</summary>
    /// <exception cref="InboxOpenException">The store cannot be used as it is; it was left untouched.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>How long a start waits for it. Then the application goes on: until the store is open, it refuses what comes.</summary>
    TimeSpan StartPatience => Timeout.InfiniteTimeSpan;

    /// <inheritdoc cref="IOpenInbox.MeasureAsync"/>
    Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Refuses what comes, writes what waits, and closes the store.</summary>
    Task CloseAsync();
}

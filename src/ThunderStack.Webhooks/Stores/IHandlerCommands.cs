using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Pauses handlers and writes down who did what, in a store that is open.</summary>
public interface IHandlerCommands
{
    /// <inheritdoc cref="IInbox.PausedHandlers"/>
    IReadOnlyCollection<string> Paused { get; }

    /// <inheritdoc cref="IInboxAdministration.PauseAsync"/>
    Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.ResumeAsync"/>
    Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken);

    /// <inheritdoc cref="IInboxAdministration.RecordAsync"/>
    Task RecordAsync(AuditRecord record, CancellationToken cancellationToken);
}

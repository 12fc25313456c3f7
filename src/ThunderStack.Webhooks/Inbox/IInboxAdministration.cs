namespace ThunderStack.Webhooks.Inbox;

/// <summary>What an operator does with a store: look, replay, discard, pause, clean up.</summary>
public interface IInboxAdministration : IInboxQueries
{
    /// <summary>Whether appends can be committed at this moment, and why not.</summary>
    InboxHealth Health { get; }

    /// <summary>
    /// Hands deliveries out again from attempt 1, behind what their node still has waiting. Returns how many. A delivery
    /// that is waiting or running already is left alone.
    /// </summary>
    Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Lets dead letters go; their events stay until retention. Returns how many.</summary>
    Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Hands nothing more to a handler until it is resumed, in this process and every other one on the same store, across
    /// restarts. What it has begun goes on. Returns whether this changed anything.
    /// </summary>
    /// <param name="handler">The handler's name.</param>
    /// <param name="by">Who did it, as shown to others.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken);

    /// <summary>Ends a pause. Returns whether there was one.</summary>
    Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken);

    /// <summary>Writes down what somebody has changed.</summary>
    Task RecordAsync(AuditRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Removes events received before <paramref name="cutoff"/> and their finished deliveries; what is waiting or dead
    /// stays. Ids stay too, so that an old event that is sent again is still a duplicate. Returns how many events went.
    /// </summary>
    Task<int> ApplyRetentionAsync(DateTimeOffset cutoff, CancellationToken cancellationToken);
}

/// <summary>Whether a store can commit.</summary>
/// <param name="IsHealthy">Whether the last commit, or the last probe after a failure, succeeded.</param>
/// <param name="Reason">
/// What failed and what to do; <see langword="null"/> when nothing did. A store that commits may still be unable to read some events.
/// </param>
public readonly record struct InboxHealth(bool IsHealthy, string? Reason);

using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Actions;

/// <summary>Keeps what is done to nodes: before it is done, so that no crash makes it happen more often than allowed.</summary>
public interface IActionStore
{
    /// <summary>
    /// Begins an action if <see cref="ActionRequest.Judge"/> allows it: it is stored with the event that tells of it, both or neither, and no
    /// two replicas begin one for the same node at the same time.
    /// </summary>
    /// <param name="request">What is wanted, and within which bounds.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether it has begun. The store keeps the latest <see cref="ActionRequest.Kept"/> of each node.</returns>
    Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken);

    /// <summary>Ends what has begun for an event and has not ended; there may be nothing.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="handler">The handler that began it.</param>
    /// <param name="triggerId">The event that it was begun for.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Ends what has begun with a request. Not to be given up: what has begun holds others up.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outcome">How it ended.</param>
    Task EndAsync(ActionRequest request, ActionOutcome outcome) =>
        EndAsync(request.NodeId, request.Handler, request.TriggerId, outcome, CancellationToken.None);
}

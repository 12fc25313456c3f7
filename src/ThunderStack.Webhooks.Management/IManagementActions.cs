using ThunderStack.Cloud;
using ThunderStack.Webhooks.Management.Deliveries;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Management;

/// <summary>
/// What the management API changes, for forms on pages in the same process. A service of the receiver. Each action does what it does for the caller, and says
/// by <see cref="ManagementCall.Tell"/> what the audit log is to have of it. <see cref="ActionLimits"/> says how long it may take.
/// </summary>
public interface IManagementActions
{
    /// <summary>Whether there is a token with which to ask the cloud, and so to start and stop nodes.</summary>
    bool HasCloudToken { get; }

    /// <summary>This receiver's own address for webhooks, <c>ThunderStack:Webhook:PublicUrl</c>.</summary>
    /// <value><see langword="null"/>: the settings do not say it.</value>
    Uri? OwnWebhookUrl { get; }

    /// <summary>Starts a node that is paused: <see cref="ManagementCall.NodeId"/>. It is locked once it runs.</summary>
    /// <param name="call">The request.</param>
    /// <exception cref="ManagementException">404: the node is not configured. 409: somebody else is at work on it.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    Task<NodeActionView> StartNodeAsync(ManagementCall call);

    /// <summary>Stops a node: <see cref="ManagementCall.NodeId"/>. It is paused until it is started.</summary>
    /// <param name="call">The request.</param>
    /// <exception cref="ManagementException">404: the node is not configured. 409: somebody else is at work on it.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    Task<NodeActionView> StopNodeAsync(ManagementCall call);

    /// <summary>Stops a node, <see cref="ManagementCall.NodeId"/>, and starts it again once it is paused. Returns when it was asked to stop.</summary>
    /// <param name="call">The request.</param>
    /// <exception cref="ManagementException">404: the node is not configured. 409: somebody else is at work on it.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    Task<NodeActionView> RestartNodeAsync(ManagementCall call);

    /// <summary>Unlocks a node, <see cref="ManagementCall.NodeId"/>: asks once, and then looks whether it is ready.</summary>
    /// <param name="call">The request.</param>
    /// <param name="password">The node's password; <see langword="null"/> or empty for the one in its <c>Unlock:PasswordFile</c>.</param>
    /// <exception cref="ManagementException">404: the node is not configured. 409: it was not asked, and the message says why. 502: it was not unlocked.</exception>
    Task<NodeActionView> UnlockNodeAsync(ManagementCall call, string? password);

    /// <summary>Sets where the cloud posts the events of a node, <see cref="ManagementCall.NodeId"/>.</summary>
    /// <param name="call">The request.</param>
    /// <param name="url">An absolute http or https URL; empty for nowhere, <see langword="null"/> for <see cref="OwnWebhookUrl"/>.</param>
    /// <exception cref="ManagementException">400: it is no such URL. 404: the node is not configured. 409: there is no URL of this receiver's own, or somebody else is at work on the node.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    Task<NodeActionView> SetWebhookUrlAsync(ManagementCall call, string? url);

    /// <summary>Has the logs of a node, <see cref="ManagementCall.NodeId"/>, collected.</summary>
    /// <param name="call">The request.</param>
    /// <returns>Presigned URLs of the logs: whoever has one can read the log.</returns>
    /// <exception cref="ManagementException">404: the node is not configured. 503: the cloud has not collected them within a minute.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    Task<NodeLogsView> CollectLogsAsync(ManagementCall call);

    /// <summary>Pauses a handler, on every replica and across restarts, or ends a pause.</summary>
    /// <param name="call">The request.</param>
    /// <param name="name">The handler's name.</param>
    /// <param name="isPaused">Whether nothing is to be handed to it.</param>
    /// <exception cref="ManagementException">404: there is no such handler.</exception>
    Task<HandlerPauseView> SwitchHandlerAsync(ManagementCall call, string name, bool isPaused);

    /// <summary>Replays or discards deliveries, or counts those that would be.</summary>
    /// <param name="call">The request.</param>
    /// <param name="action">What to do with them.</param>
    /// <param name="change">Which deliveries, and whether they are only counted.</param>
    /// <exception cref="ManagementException">400: the choice makes no sense, and the message says why.</exception>
    Task<DeliveryChangeView> ChangeDeliveriesAsync(ManagementCall call, DeliveryAction action, DeliveryChange change);

    /// <summary>Asks the cloud for its public key now.</summary>
    /// <param name="call">The request.</param>
    /// <exception cref="ManagementException">409: the key is pinned, so the cloud is not asked. 502: the cloud gave none.</exception>
    Task RefreshKeyAsync(ManagementCall call);
}

using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Deliveries;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Keys;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Management;

/// <summary>The one door to the services that change what the API changes.</summary>
internal sealed class ManagementActions(NodeWork nodes, HandlerSwitch handlers, DeliveryChanges deliveries, CloudView cloud, PublicKeyRing ring)
    : IManagementActions
{
    public bool HasCloudToken => cloud.HasToken;

    public Uri? OwnWebhookUrl => nodes.OwnUrl;

    public Task<NodeActionView> StartNodeAsync(ManagementCall call) => nodes.StartAsync(call);

    public Task<NodeActionView> StopNodeAsync(ManagementCall call) => nodes.StopAsync(call);

    public Task<NodeActionView> RestartNodeAsync(ManagementCall call) => nodes.RestartAsync(call);

    public Task<NodeActionView> UnlockNodeAsync(ManagementCall call, string? password) => nodes.UnlockAsync(call, password);

    public Task<NodeActionView> SetWebhookUrlAsync(ManagementCall call, string? url) => nodes.SetWebhookUrlAsync(call, url);

    public Task<NodeLogsView> CollectLogsAsync(ManagementCall call) => nodes.CollectLogsAsync(call);

    public Task<HandlerPauseView> SwitchHandlerAsync(ManagementCall call, string name, bool isPaused) => handlers.ChangeAsync(call, name, isPaused);

    public Task<DeliveryChangeView> ChangeDeliveriesAsync(ManagementCall call, DeliveryAction action, DeliveryChange change) =>
        deliveries.RunAsync(call, action, change);

    public Task RefreshKeyAsync(ManagementCall call) => KeyRoutes.RefreshAsync(ring, call);
}

using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>What people do to nodes.</summary>
internal sealed class NodeActionRoutes(NodeWork work) : IManagementFeature
{
    private const string Path = "/api/v1/nodes/{nodeId}";

    public void Map(ManagementRoutes routes)
    {
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/start", "node.start", "Starts a node that is paused. It is locked once it runs.") with { Limit = ActionLimits.CloudCall },
            async call => await call.AnswerAsync(await work.StartAsync(call)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/stop", "node.stop", "Stops a node; it is paused until it is started.") with { Limit = ActionLimits.CloudCall },
            async call => await call.AnswerAsync(await work.StopAsync(call)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/restart", "node.restart", "Stops a node, and starts it again once it is paused. Answers when it was asked to stop.") with
            {
                Limit = ActionLimits.CloudCall,
                Status = StatusCodes.Status202Accepted,
            },
            async call => await call.AnswerAsync(await work.RestartAsync(call)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/unlock", "node.unlock", "Unlocks a node that is locked. It is asked once; then this looks whether it is ready.") with
            {
                Body = typeof(UnlockBodyView),
                IsBodyOptional = true,
                Limit = ActionLimits.Unlock,
            },
            async call => await call.AnswerAsync(await work.UnlockAsync(call, (await call.ReadAsync<UnlockBodyView>())?.Password)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/webhook-url", "node.webhookUrl", "Sets where the cloud posts a node's events.") with
            {
                Body = typeof(WebhookUrlView),
                IsBodyOptional = true,
                Limit = ActionLimits.CloudCall,
            },
            async call => await call.AnswerAsync(await work.SetWebhookUrlAsync(call, (await call.ReadAsync<WebhookUrlView>())?.Url)));
        routes.Map(
            ManagementRoute.Change<NodeLogsView>($"{Path}/logs", "node.logs", "Has a node's logs collected, and answers presigned URLs of them, which are stored nowhere.") with { Limit = ActionLimits.Logs },
            async call => await call.AnswerAsync(await work.CollectLogsAsync(call)));
    }
}

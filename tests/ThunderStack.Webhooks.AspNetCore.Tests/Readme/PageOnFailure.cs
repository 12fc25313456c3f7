using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Readme;

public interface IPager
{
    Task PageAsync(string message, CancellationToken cancellationToken);
}

// README: begin
public sealed class PageOnFailure(IPager pager) : IWebhookHandler<NodeStatusUpdated>
{
    public Task HandleAsync(NodeStatusUpdated e, DeliveryContext context, CancellationToken cancellationToken) =>
        e.Status == NodeStatus.Failed ? pager.PageAsync($"{e.NodeId} failed", cancellationToken) : Task.CompletedTask;
}

// README: end

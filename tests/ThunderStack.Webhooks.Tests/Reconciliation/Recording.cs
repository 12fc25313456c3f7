using System.Collections.Concurrent;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>A handler that remembers what it was given.</summary>
internal sealed class Recording
{
    public ConcurrentQueue<NodeStatusUpdated> Events { get; } = new();

    public Task HandleAsync(NodeStatusUpdated update, DeliveryContext context, CancellationToken cancellationToken)
    {
        Events.Enqueue(update);
        return Task.CompletedTask;
    }
}

using System.Diagnostics;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>The product's activity source, named <see cref="WebhookMetrics.Name"/>, and the two activities that it starts.</summary>
internal static class WebhookActivitySource
{
    private static readonly ActivitySource Source = new(WebhookMetrics.Name);

    /// <summary>Whether anybody wants activities. Ask first: then nothing is made for nobody.</summary>
    public static bool IsListenedTo => Source.HasListeners();

    /// <summary>Begins an event's way to the inbox.</summary>
    public static Activity? StartReceive()
    {
        // ASP.NET Core makes an activity for the log's sake even when nobody listens to its source. It is not sampled, so that a
        // child of it would not be either; and it takes over whatever traceparent a stranger has sent.
        if (Activity.Current is { Source.Name.Length: 0 })
        {
            Activity.Current = null;
        }

        return Source.StartActivity("receive", ActivityKind.Consumer);
    }

    /// <summary>Begins an attempt of a handler, linked to how the event was received when that is still known.</summary>
    public static Activity? StartDelivery(Delivery delivery)
    {
        var entry = delivery.Entry;
        ActivityLink[]? links = ActivityContext.TryParse(entry.TraceParent, null, out var received) ? [new ActivityLink(received)] : null;
        return Source.StartActivity($"deliver {delivery.Handler}", ActivityKind.Consumer, parentContext: default, links: links)?
            .SetTag("thunderstack.event.id", entry.Id.ToString())
            .SetTag("thunderstack.event.type", entry.EventType)
            .SetTag("thunderstack.node.id", entry.NodeId.Value)
            .SetTag("thunderstack.delivery.attempt", delivery.Attempt);
    }
}

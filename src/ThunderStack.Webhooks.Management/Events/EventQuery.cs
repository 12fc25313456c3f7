using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>Which events somebody asks for: the same parameters in the query of the API and of a page.</summary>
public static class EventQuery
{
    /// <summary>The parameters, for <see cref="ManagementRoute.Query"/>.</summary>
    public static IReadOnlyList<QueryParameter> Parameters { get; } =
    [
        new("node", "A node's id."),
        new("status", "A status, as sent: RUNNING."),
        new("type", "An event type, as sent: NODE_STATUS_UPDATED."),
        new("source", "webhook, reconciled or observed."),
        new("handler", "The handler that state is about."),
        new("state", "Only events with a delivery in this state: pending, scheduled, succeeded, deadLettered, discarded, filtered or superseded."),
        new("from", "Only events received at or after this instant."),
        new("to", "Only events received before this instant."),
        new("text", "The end of an event's id, or a part of its node's name or id."),
    ];

    /// <summary>Reads them.</summary>
    /// <param name="call">The request.</param>
    /// <param name="nodes">The configured nodes, by whose names text is looked for.</param>
    /// <exception cref="ManagementException">400: a parameter is not what it has to be.</exception>
    public static EventFilter Read(ManagementCall call, NodeDirectory nodes)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(nodes);
        var text = call.Text("text");
        return new EventFilter
        {
            NodeId = call.Text("node") is { } node ? new NodeId(node) : null,
            Status = call.Text("status") is { } status ? new NodeStatus(status) : null,
            EventType = call.Text("type"),
            Source = call.Choice<EventSource>("source"),
            Handler = call.Text("handler"),
            State = call.Choice<DeliveryState>("state"),
            From = call.Instant("from"),
            To = call.Instant("to"),
            Text = text,
            TextNodes = text is null
                ? []
                : [.. nodes.Nodes.Where(known => known.Name?.Contains(text, StringComparison.OrdinalIgnoreCase) == true).Select(known => new NodeId(known.NodeId))],
        };
    }
}

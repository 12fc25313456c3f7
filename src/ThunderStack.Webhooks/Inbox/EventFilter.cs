using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>Which events to list; everything given must hold.</summary>
public sealed record EventFilter
{
    /// <summary>Only this node.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>Only this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only this status.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary>Only events of this source.</summary>
    public EventSource? Source { get; init; }

    /// <summary>Only events that changed their node's status.</summary>
    public bool OnlyChanges { get; init; }

    /// <summary>Only events with a delivery in this state: to <see cref="Handler"/>, or to any handler.</summary>
    public DeliveryState? State { get; init; }

    /// <summary>The handler that <see cref="State"/> is about; alone it asks for nothing.</summary>
    public string? Handler { get; init; }

    /// <summary>Only events whose id ends so, or whose node's id contains this; capital letters or not.</summary>
    public string? Text { get; init; }

    /// <summary>Nodes that <see cref="Text"/> means as well: the store does not know their names.</summary>
    public IReadOnlyCollection<NodeId> TextNodes { get; init; } = [];

    /// <summary>Only events received at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only events received before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only events stored before this one, whatever the clocks of those who received them said; none when it is not stored.</summary>
    public WebhookEventId? Before { get; init; }

    /// <summary>How many at most.</summary>
    /// <value>100.</value>
    public int Limit { get; init; } = 100;
}

using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>A message that arrived at the platform.</summary>
internal sealed record Message
{
    /// <summary>The handler that sent it.</summary>
    public required string Handler { get; init; }

    public required WebhookEventId Event { get; init; }

    public required string Node { get; init; }

    /// <summary>What the node did; empty in a message about a condition.</summary>
    public required string Status { get; init; }

    /// <summary>The kind of a condition; empty in a message about a status.</summary>
    public required string Condition { get; init; }

    public required string Change { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Since when a condition held, or a node that runs again had failed.</summary>
    public required DateTimeOffset? Since { get; init; }

    public required string Text { get; init; }

    /// <summary>Whether the platform took it, rather than answering an error.</summary>
    public bool IsTaken { get; init; }
}

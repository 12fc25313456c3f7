using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Actions;

/// <summary>Something that was done to a node, or may have been.</summary>
public sealed record NodeAction
{
    /// <summary>The node.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Which of the node's actions this is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What is done, such as <c>unlock</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The handler that does it.</summary>
    public required string Handler { get; init; }

    /// <summary>The event that it is done for.</summary>
    public required WebhookEventId TriggerId { get; init; }

    /// <summary>When it was begun, by the clock of the store.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>For how long the node is left alone with it, unless it ends before.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How it ended; <see langword="null"/>: it goes on, or nobody knows.</summary>
    public ActionOutcome? Outcome { get; init; }
}

/// <summary>How an action ended. The numbers are stored.</summary>
public enum ActionOutcome
{
    /// <summary>The node is as it was wanted to be.</summary>
    Done = 1,

    /// <summary>It came to nothing, and it is known that nothing goes on: it may be tried again.</summary>
    Failed = 2,

    /// <summary>The node refused the secret: nobody tries again with the same one.</summary>
    Refused = 3,
}

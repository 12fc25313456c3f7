namespace ThunderStack.Webhooks.Events;

/// <summary>What needs a person, as far as this product can tell. The set is open: a watcher of your own can add to it.</summary>
/// <param name="Value">The name, case-sensitive.</param>
public readonly record struct ConditionKind(string Value)
{
    /// <summary><c>NodeFailed</c>: a node's status is <c>FAILED</c>.</summary>
    public static ConditionKind NodeFailed { get; } = new("NodeFailed");

    /// <summary><c>NodePaused</c>: a node's status is <c>PAUSED</c>.</summary>
    public static ConditionKind NodePaused { get; } = new("NodePaused");

    /// <summary><c>NodeStuck</c>: a node has been starting, or in progress, for too long.</summary>
    public static ConditionKind NodeStuck { get; } = new("NodeStuck");

    /// <summary><c>NodeFlapping</c>: a node's status changes again and again.</summary>
    public static ConditionKind NodeFlapping { get; } = new("NodeFlapping");

    /// <summary><c>NodeLocked</c>: a node runs and waits for its password.</summary>
    public static ConditionKind NodeLocked { get; } = new("NodeLocked");

    /// <summary><c>NodeUnreachable</c>: a node's own API does not answer.</summary>
    public static ConditionKind NodeUnreachable { get; } = new("NodeUnreachable");

    /// <summary><c>NodeUninitialized</c>: a node has no wallet yet.</summary>
    public static ConditionKind NodeUninitialized { get; } = new("NodeUninitialized");

    /// <summary><c>WebhookUrlDrifted</c>: the cloud posts a node's events elsewhere.</summary>
    public static ConditionKind WebhookUrlDrifted { get; } = new("WebhookUrlDrifted");

    /// <summary><c>NodeMissing</c>: the cloud does not know a configured node.</summary>
    public static ConditionKind NodeMissing { get; } = new("NodeMissing");

    /// <summary><c>DeadLetters</c>: a handler has dead letters.</summary>
    public static ConditionKind DeadLetters { get; } = new("DeadLetters");

    /// <summary><c>HandlerFailing</c>: a handler's last attempts have all failed.</summary>
    public static ConditionKind HandlerFailing { get; } = new("HandlerFailing");

    /// <summary><c>Backlog</c>: a handler's deliveries have been due for too long.</summary>
    public static ConditionKind Backlog { get; } = new("Backlog");

    /// <summary><c>LaneBlocked</c>: a node's events wait behind one that a handler fails.</summary>
    public static ConditionKind LaneBlocked { get; } = new("LaneBlocked");

    /// <summary><c>KeyStale</c>: the public key could not be confirmed for some time.</summary>
    public static ConditionKind KeyStale { get; } = new("KeyStale");

    /// <summary><c>CloudUnreachable</c>: the comparison with the cloud fails.</summary>
    public static ConditionKind CloudUnreachable { get; } = new("CloudUnreachable");

    /// <summary><c>UpgradeAvailable</c>: nodes run another image than the cloud's latest.</summary>
    public static ConditionKind UpgradeAvailable { get; } = new("UpgradeAvailable");

    /// <summary><c>InboxUnhealthy</c>: events cannot be stored. Only the gauge has it: nothing that tells of it could be stored, either.</summary>
    public static ConditionKind InboxUnhealthy { get; } = new("InboxUnhealthy");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}

/// <summary>How urgent a condition is.</summary>
public enum ConditionSeverity
{
    /// <summary>Somebody should know.</summary>
    Info = 0,

    /// <summary>Somebody should look today.</summary>
    Warning = 1,

    /// <summary>Somebody should act now.</summary>
    Critical = 2,
}

/// <summary>What happened to a condition.</summary>
public enum ConditionChange
{
    /// <summary>It began.</summary>
    Opened,

    /// <summary>It ended.</summary>
    Closed,

    /// <summary>It still lasts.</summary>
    Reminded,
}

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The statuses that this cloud's nodes have.</summary>
internal static class NodeStatuses
{
    public const string Starting = "STARTING";
    public const string InProgress = "IN_PROGRESS";
    public const string Running = "RUNNING";
    public const string Paused = "PAUSED";
    public const string Failed = "FAILED";

    /// <summary>The cloud's spelling.</summary>
    public const string Destroying = "DESTROING";
    public const string Destroyed = "DESTROYED";
}

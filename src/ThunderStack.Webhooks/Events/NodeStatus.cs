namespace ThunderStack.Webhooks.Events;

/// <summary>
/// The status of a node. The set is open: a value the cloud adds tomorrow arrives as it was sent.
/// </summary>
/// <remarks>Source: the webhook documentation, and for the last two the cloud's OpenAPI file.</remarks>
/// <param name="Value">The status as sent, case-sensitive.</param>
public readonly record struct NodeStatus(string Value)
{
    /// <summary><c>RUNNING</c>: the node is running.</summary>
    public static NodeStatus Running { get; } = new("RUNNING");

    /// <summary><c>STARTING</c>: the node is starting.</summary>
    public static NodeStatus Starting { get; } = new("STARTING");

    /// <summary><c>PAUSED</c>: the node is paused.</summary>
    public static NodeStatus Paused { get; } = new("PAUSED");

    /// <summary><c>FAILED</c>: the node has failed.</summary>
    public static NodeStatus Failed { get; } = new("FAILED");

    /// <summary><c>IN_PROGRESS</c>: an operation is in progress.</summary>
    public static NodeStatus InProgress { get; } = new("IN_PROGRESS");

    /// <summary><c>DESTROYED</c>: the node is gone.</summary>
    public static NodeStatus Destroyed { get; } = new("DESTROYED");

    /// <summary><c>DESTROING</c> (the cloud's spelling): the node is being destroyed.</summary>
    public static NodeStatus Destroying { get; } = new("DESTROING");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The life of a node that is left to itself: it starts, runs, is paused, starts again, and now and then fails.</summary>
internal sealed class NodeLife(string status)
{
    private const int LivesBetweenFailures = 3;

    private int _lives;

    public string Status { get; private set; } = status;

    /// <summary>Takes the next step and returns the new status.</summary>
    public string Next() => Status = After(Status);

    /// <summary>Puts the node into a status; its life goes on from there.</summary>
    public void Become(string next) => Status = next;

    private string After(string status) => status switch
    {
        NodeStatuses.Starting => NodeStatuses.InProgress,
        NodeStatuses.InProgress => NodeStatuses.Running,
        NodeStatuses.Running => ++_lives % LivesBetweenFailures == 0 ? NodeStatuses.Failed : NodeStatuses.Paused,
        NodeStatuses.Destroying or NodeStatuses.Destroyed => status,
        _ => NodeStatuses.Starting,
    };
}

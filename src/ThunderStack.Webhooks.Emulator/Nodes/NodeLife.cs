namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The life of a node: it starts, runs, is paused, starts again, and now and then fails.</summary>
internal sealed class NodeLife
{
    private const int LivesBetweenFailures = 3;

    private readonly Lock _gate = new();
    private string? _status;
    private int _lives;

    /// <summary>Takes the next step and returns the new status.</summary>
    public string Next()
    {
        lock (_gate)
        {
            return _status = After(_status);
        }
    }

    /// <summary>Puts the node into a status; its life goes on from there.</summary>
    public void Become(string status)
    {
        lock (_gate)
        {
            _status = status;
        }
    }

    private string After(string? status) => status switch
    {
        "STARTING" => "IN_PROGRESS",
        "IN_PROGRESS" => "RUNNING",
        "RUNNING" => ++_lives % LivesBetweenFailures == 0 ? "FAILED" : "PAUSED",
        _ => "STARTING",
    };
}

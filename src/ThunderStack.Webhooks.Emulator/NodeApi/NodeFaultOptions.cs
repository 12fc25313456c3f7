namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>A fault, and which calls have it: <c>Emulator:NodeFaults:n</c>, or a request to <c>/emulator/node-faults</c>.</summary>
public sealed class NodeFaultOptions
{
    /// <summary>The fault.</summary>
    public NodeFault? Fault { get; set; }

    /// <summary>Only calls of this node.</summary>
    /// <value><see langword="null"/>: of every node.</value>
    public string? NodeId { get; set; }

    /// <summary>How many calls have it until it is over.</summary>
    /// <value><see langword="null"/>: it is never over.</value>
    public int? Count { get; set; }

    /// <summary>How long a <see cref="NodeFault.SlowUnlock"/> takes.</summary>
    /// <value>2 minutes.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What is wrong with these values, if anything.</summary>
    internal string? Problem() => this switch
    {
        { Fault: null } => $"Fault is missing: write one of {string.Join(", ", Enum.GetNames<NodeFault>())}",
        { NodeId: "" } => "NodeId is empty: write a node's id, or leave it out",
        { Count: < 1 } => $"Count is {Count}: write how many calls, or leave it out",
        _ when Delay < TimeSpan.FromMilliseconds(1) || Delay > TimeSpan.FromDays(1) =>
            $"Delay is {Delay}: write a time up to a day such as 00:02:00",
        _ => null,
    };
}

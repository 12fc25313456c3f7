using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Bursts;

/// <summary>What <c>POST /emulator/bursts</c> is asked: how many events, and how fast.</summary>
internal sealed record BurstRequest
{
    public const string Example = """{"count":1000,"rate":200}""";

    private const int Most = 1_000_000;

    public int Count { get; init; }

    /// <summary>How many a second; 0: as fast as the receiver answers.</summary>
    public double Rate { get; init; }

    /// <summary>How many are under way at a time, at most.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>The node; left out: all nodes in turn.</summary>
    public string? NodeId { get; init; }

    public string Status { get; init; } = "RUNNING";

    public string? Url { get; init; }

    /// <summary>What is wrong with these values, if anything.</summary>
    public string? Problem() => this switch
    {
        { Count: < 1 or > Most } => $"count is {Count}: write how many events, 1 to {Most}",
        { Rate: not (>= 0 and <= Most) } => $"rate is {Rate}: write how many events a second, or 0 for as fast as it goes",
        { Concurrency: < 1 or > 1_024 } => $"concurrency is {Concurrency}: write 1 to 1024",
        { NodeId: "" } => "nodeId is empty: write a node's id, or leave it out",
        { Status: null or "" } => "status is empty: write one such as RUNNING, or leave it out",
        { Url: { } url } when !WebhookUrl.TryParse(url, out _) => $"url is '{url}': write {WebhookUrl.Expected}",
        _ => null,
    };
}

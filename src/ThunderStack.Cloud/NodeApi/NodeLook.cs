namespace ThunderStack.Cloud.NodeApi;

/// <summary>What a look at a node found.</summary>
public sealed record NodeLook
{
    /// <summary>Whether the node can be used.</summary>
    public required NodeApiState State { get; init; }

    /// <summary>What the node says of itself.</summary>
    /// <value><see langword="null"/> unless <see cref="State"/> is <see cref="NodeApiState.Ready"/>.</value>
    public NodeInfo? Info { get; init; }

    /// <summary>Why it is not ready: one short line, without control characters.</summary>
    /// <value><see langword="null"/> when it is ready.</value>
    public string? Reason { get; init; }

    /// <summary>How long whoever answered wants to be left alone: its <c>Retry-After</c>.</summary>
    /// <value><see langword="null"/>: it did not say.</value>
    public TimeSpan? RetryAfter { get; init; }
}

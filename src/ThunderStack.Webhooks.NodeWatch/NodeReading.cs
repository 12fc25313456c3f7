using ThunderStack.Cloud.NodeApi;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>What looks at a node have found, the last of them included.</summary>
/// <param name="State">Whether it can be used.</param>
/// <param name="Since">When it was first found so, without another state in between.</param>
/// <param name="SeenAt">When it was last found so.</param>
/// <param name="Reason">Why it is not ready.</param>
internal sealed record NodeReading(NodeApiState State, DateTimeOffset Since, DateTimeOffset SeenAt, string? Reason)
{
    /// <summary>Whether it was found so twice in a row. Looks that follow each other at once, because events do, are one.</summary>
    public bool IsConfirmed(TimeSpan interval) => SeenAt - Since >= interval / 2;
}

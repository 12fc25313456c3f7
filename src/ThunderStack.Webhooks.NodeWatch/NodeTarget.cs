using ThunderStack.Cloud.NodeApi;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>Where a node's API is.</summary>
/// <param name="Endpoint">The address with its token; <see langword="null"/>: it cannot be asked.</param>
/// <param name="Problem">Why not, where somebody can do something about it.</param>
/// <param name="IsUnknown">Not yet: the cloud has not said.</param>
internal sealed record NodeTarget(NodeApiEndpoint? Endpoint, string? Problem = null, bool IsUnknown = false);

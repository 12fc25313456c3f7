using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Nodes;

/// <summary>Whether nodes can be used, by their own API. Whoever watches nodes registers it.</summary>
public interface INodeReadiness
{
    /// <summary>How a node was found last; <see langword="null"/> when this replica does not watch, or has not looked yet.</summary>
    /// <param name="node">The node.</param>
    NodeReadiness? Find(NodeId node);

    /// <summary>
    /// Unlocks a node for a person: looks first, asks once, and looks until it is ready, for some seconds. No two, nor a handler, work on a
    /// node at the same time.
    /// </summary>
    /// <param name="node">A configured node.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="password">The node's password; <see langword="null"/>: the one in its <c>Unlock:PasswordFile</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; the node may be unlocked all the same.</param>
    Task<UnlockResult> UnlockAsync(NodeOptions node, string by, string? password, CancellationToken cancellationToken);
}

/// <summary>How a node was found.</summary>
/// <param name="State">Whether it can be used.</param>
/// <param name="Since">When it was first found so.</param>
/// <param name="SeenAt">When it was last found so.</param>
/// <param name="Reason">Why it is not ready.</param>
public sealed record NodeReadiness(NodeApiState State, DateTimeOffset Since, DateTimeOffset SeenAt, string? Reason);

/// <summary>What came of an unlock.</summary>
/// <param name="Kind">Whether it worked.</param>
/// <param name="Message">The same in a sentence.</param>
public sealed record UnlockResult(UnlockResultKind Kind, string Message);

/// <summary>What came of an unlock.</summary>
public enum UnlockResultKind
{
    /// <summary>The node is ready, now or already.</summary>
    Ready,

    /// <summary>It was asked, and is not ready yet, or nobody knows whether it will be.</summary>
    Asked,

    /// <summary>Nothing was sent, or it was refused: the caller has something to put right.</summary>
    Refused,

    /// <summary>The node could not be asked, or failed.</summary>
    Failed,
}

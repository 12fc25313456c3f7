namespace ThunderStack.Cloud.NodeApi;

/// <summary>Whether a node can be used.</summary>
public enum NodeApiState
{
    /// <summary>It does not answer, or something else answers in its place: a gateway, another server.</summary>
    Unreachable,

    /// <summary>It is unlocked: <c>/nodeinfo</c> answered.</summary>
    Ready,

    /// <summary>
    /// It wants <c>/unlock</c>. A node that was never initialized says the same: ask <see cref="Nodes.CloudNode.Initialized"/> before
    /// calling it locked.
    /// </summary>
    Locked,

    /// <summary><c>/init</c> was never called: a person must do that.</summary>
    Uninitialized,

    /// <summary>An unlock or a lock is under way: wait and look again.</summary>
    Changing,

    /// <summary>The token is missing, is not valid, or lacks the right.</summary>
    Unauthorized,
}

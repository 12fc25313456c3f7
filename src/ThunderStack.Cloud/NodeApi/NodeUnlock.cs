namespace ThunderStack.Cloud.NodeApi;

/// <summary>What became of one <c>/unlock</c>.</summary>
public enum NodeUnlockOutcome
{
    /// <summary>
    /// Timed out, the connection was lost, or something other than the node answered. The node may be unlocking: look instead of sending
    /// again.
    /// </summary>
    Unknown,

    /// <summary>The node says that it is unlocked. Look before you rely on it.</summary>
    Unlocked,

    /// <summary>It was unlocked before.</summary>
    AlreadyUnlocked,

    /// <summary>The password is wrong: sending it again does not help.</summary>
    WrongPassword,

    /// <summary>Another unlock or lock is under way: wait and look.</summary>
    Changing,

    /// <summary>The token is missing, is not valid, or lacks the right.</summary>
    Unauthorized,

    /// <summary><c>/init</c> was never called: a person must do that.</summary>
    NotInitialized,

    /// <summary>It did not happen: the node could not be connected to, or refused for a reason of its own, such as a body that it does not know.</summary>
    Failed,
}

/// <summary>What became of one <c>/unlock</c>, and why.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">
/// One short line without control characters, and without anything that was sent; <see langword="null"/> when the node is unlocked.
/// </param>
public sealed record NodeUnlock(NodeUnlockOutcome Outcome, string? Reason = null);

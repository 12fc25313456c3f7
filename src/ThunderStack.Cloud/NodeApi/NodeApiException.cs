namespace ThunderStack.Cloud.NodeApi;

/// <summary>A node did not do what was asked. It holds no password and no token.</summary>
public sealed class NodeApiException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked, and why it was not done.</param>
    /// <param name="state">What the node's answer says of its state.</param>
    public NodeApiException(string message, NodeApiState state)
        : base(message) =>
        State = state;

    /// <summary>What the node's answer says of its state.</summary>
    public NodeApiState State { get; }
}

namespace ThunderStack.Webhooks.Handlers;

/// <summary>What a <c>Forward</c> handler posts.</summary>
internal enum ForwardFormat
{
    /// <summary>The bytes that were signed, and their signature.</summary>
    Original,

    /// <summary>A <see cref="CloudEvent"/> with the body in it. The signature is not sent, because it is not one over these bytes.</summary>
    CloudEvents,
}

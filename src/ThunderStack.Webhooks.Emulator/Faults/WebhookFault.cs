namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>What can go wrong with a webhook on its way.</summary>
public enum WebhookFault
{
    /// <summary>It is signed with a key that is not the cloud's.</summary>
    WrongKey,

    /// <summary>One bit of the body is changed after signing.</summary>
    TamperedBody,

    /// <summary>The signature is one of the right length, and not the body's.</summary>
    DamagedSignature,

    /// <summary>The signature is cut in half.</summary>
    ShortSignature,

    /// <summary>There is no signature.</summary>
    MissingSignature,

    /// <summary>It is sent twice, byte for byte.</summary>
    Duplicate,

    /// <summary>It is held back until the node's next event was sent, and sent after that.</summary>
    Reordered,

    /// <summary>It is sent late.</summary>
    Delayed,

    /// <summary>It is never sent: the node changes and nobody is told.</summary>
    Lost,

    /// <summary>It is about a node that nobody knows, and signed.</summary>
    OtherNode,

    /// <summary>It has a status that is not documented, and is signed.</summary>
    UnknownStatus,

    /// <summary>It is an event of a type that is not documented, and is signed.</summary>
    UnknownEventType,
}

namespace ThunderStack.Webhooks.Intake;

/// <summary>Every way in which a request can end. One switch turns it into an answer.</summary>
public enum IntakeOutcome
{
    /// <summary>Authentic, valid, committed by this request.</summary>
    Stored,

    /// <summary>The same body was committed before.</summary>
    Duplicate,

    /// <summary>The signature is missing, malformed, or matches no key that was confirmed fresh.</summary>
    InvalidSignature,

    /// <summary>Authentic, but for a node that is not configured, or not the node of this endpoint.</summary>
    UnexpectedNode,

    /// <summary>Authentic, but not the contract.</summary>
    InvalidPayload,

    /// <summary>Nothing can be said yet, or nothing can be stored now: the sender should try again.</summary>
    Unavailable,

    /// <summary>The body is larger than the limit.</summary>
    BodyTooLarge,

    /// <summary>The body is encoded; the signature is over plain bytes.</summary>
    UnsupportedEncoding,

    /// <summary>The request is not proper HTTP.</summary>
    MalformedRequest,

    /// <summary>The method is not POST.</summary>
    MethodNotAllowed,

    /// <summary>Nothing is received at this path.</summary>
    NotFound,
}

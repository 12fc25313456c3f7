namespace ThunderStack.Webhooks.Emulator.Keys;

/// <summary>How the cloud answers who asks for its public key: well, in every shape, or ill.</summary>
public enum PublicKeyAnswer
{
    /// <summary>As documented: the SPKI PEM as <c>data</c>.</summary>
    Pem,

    /// <summary>The PKCS#1 PEM as <c>data</c>.</summary>
    Pkcs1Pem,

    /// <summary>The PEM with its line ends written as a backslash and an n, as <c>data</c>.</summary>
    EscapedPem,

    /// <summary>The base64 of the SPKI alone, as <c>data</c>.</summary>
    Base64,

    /// <summary>The base64 of the PKCS#1 alone, as <c>data</c>.</summary>
    Base64Pkcs1,

    /// <summary>The PEM as plain text.</summary>
    PlainText,

    /// <summary>The PEM as a JSON string.</summary>
    JsonString,

    /// <summary>A good key, and not the one that is signed with.</summary>
    WrongKey,

    /// <summary>A private key.</summary>
    PrivateKey,

    /// <summary>A key of another kind: an elliptic curve's.</summary>
    EllipticCurve,

    /// <summary>A certificate of the key.</summary>
    Certificate,

    /// <summary>Two keys.</summary>
    TwoKeys,

    /// <summary>A key of 1024 bits.</summary>
    ShortKey,

    /// <summary>An empty <c>data</c>.</summary>
    Empty,

    /// <summary>A login page.</summary>
    Html,

    /// <summary>More than 64 KiB.</summary>
    TooLong,

    /// <summary>A redirect to another host.</summary>
    Redirect,

    /// <summary>401.</summary>
    Unauthorized,

    /// <summary>429 with <c>Retry-After</c>.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>Nothing, for as long as the client waits.</summary>
    Hang,

    /// <summary>A cut line in the middle of the answer.</summary>
    Cut,
}

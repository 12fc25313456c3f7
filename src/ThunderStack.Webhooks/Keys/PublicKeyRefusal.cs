namespace ThunderStack.Webhooks.Keys;

/// <summary>Why <see cref="PublicKeyPolicy"/> did not admit a key.</summary>
public enum PublicKeyRefusal
{
    /// <summary>It was admitted.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>There is more text than any key needs (64 KiB).</summary>
    TooLarge,

    /// <summary>It is a private key, of whatever algorithm, encrypted or not.</summary>
    PrivateKey,

    /// <summary>It is a certificate or a certificate request.</summary>
    Certificate,

    /// <summary>It is a public key of another algorithm: elliptic curve, Ed25519, DSA, RSA-PSS.</summary>
    OtherAlgorithm,

    /// <summary>There is more than one key.</summary>
    SeveralKeys,

    /// <summary>Something stands before or after the key.</summary>
    SurroundingData,

    /// <summary>It is a web page.</summary>
    Html,

    /// <summary>It is JSON.</summary>
    Json,

    /// <summary>It is in another format: OpenSSH, PGP, another kind of PEM.</summary>
    OtherFormat,

    /// <summary>It is not base64.</summary>
    NotBase64,

    /// <summary>It is base64, but not of a DER-encoded public key.</summary>
    NotDer,

    /// <summary>The modulus has fewer than 2048 bits.</summary>
    ModulusTooSmall,

    /// <summary>The modulus has more than 8192 bits.</summary>
    ModulusTooLarge,

    /// <summary>The modulus is even: the product of two odd primes is not.</summary>
    EvenModulus,

    /// <summary>The public exponent is even, below 65537, or not below 2^32.</summary>
    BadExponent,

    /// <summary>The file that is said to hold it does not exist or cannot be read.</summary>
    Unreadable,
}

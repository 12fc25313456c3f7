namespace ThunderStack.Cloud.Nodes;

/// <summary>
/// A certificate that the cloud made for a node, with its private key. Whoever holds it can act as the node: hand it on and
/// forget it; never log or store it.
/// </summary>
/// <remarks>
/// Each part is PEM, and <see langword="null"/> when the answer has none. The documentation does not name the answer's
/// members, so the parts are told by their PEM labels, and the chain by its member's name.
/// </remarks>
public sealed class CloudNodeCertificate
{
    internal CloudNodeCertificate()
    {
    }

    /// <summary>The node's certificate.</summary>
    public string? Certificate { get; internal init; }

    /// <summary>The certificates that vouch for it.</summary>
    public string? Chain { get; internal init; }

    /// <summary>The private key.</summary>
    public string? PrivateKey { get; internal init; }

    /// <summary>The public key.</summary>
    public string? PublicKey { get; internal init; }

    /// <summary>Tells which parts there are, never what they hold.</summary>
    public override string ToString()
    {
        var parts = new[] { (Certificate, "certificate"), (Chain, "chain"), (PrivateKey, "private key"), (PublicKey, "public key") };
        var present = parts.Where(part => part.Item1 is not null).Select(part => part.Item2);
        return $"{nameof(CloudNodeCertificate)} ({string.Join(", ", present)})";
    }
}

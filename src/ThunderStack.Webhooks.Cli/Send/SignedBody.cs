namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>What goes over the wire.</summary>
/// <param name="Body">The exact body.</param>
/// <param name="Signature">The header's value.</param>
internal sealed record SignedBody(byte[] Body, string Signature)
{
    /// <summary>The same with one bit of the body changed, where it stays JSON: an event that was changed on its way.</summary>
    public SignedBody Tampered()
    {
        var body = Body.ToArray();
        var at = Math.Max(0, body.AsSpan().LastIndexOfAnyInRange((byte)'a', (byte)'z'));
        body[at] ^= 1;
        return this with { Body = body };
    }
}

using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Tests.Signatures;

/// <summary>
/// Signatures made by <c>openssl dgst -sha256 -sign</c> and by node's crypto (see <c>Vectors/make-vectors.sh</c>), so that our
/// signer and our verifier cannot agree on the same mistake.
/// </summary>
public sealed class ForeignSignatureTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Signatures", "Vectors");
    private static readonly string[] Signers = ["openssl-2048", "openssl-4096", "node-2048", "node-3072"];
    private static readonly string[] Bodies = ["running.json", "spaced.json", "empty.bin", "bytes.bin"];

    public static TheoryData<string, string> Vectors => [.. from signer in Signers from body in Bodies select (signer, body)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_signature_made_elsewhere_verifies_for_its_own_body_and_key_only(string signer, string body)
    {
        SignatureHeader.TryDecode(Text($"{signer}.{body}.sig"), out var signature).Should().BeTrue();

        foreach (var otherBody in Bodies)
        {
            foreach (var otherSigner in Signers)
            {
                var verdict = SignatureVerifier.Verify(Bytes(otherBody), signature, PublicKeyPolicy.Parse(Text($"{otherSigner}.pem")).Key!);

                var expected = otherBody == body && otherSigner == signer ? SignatureVerdictKind.Authentic : SignatureVerdictKind.Forged;
                verdict.Kind.Should().Be(expected, "{0} over {1} by {2}", signature.Length, otherBody, otherSigner);
            }
        }
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));
}

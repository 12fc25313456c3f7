using System.Security.Cryptography;
using System.Text.Json;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Tests.Signatures;

/// <summary>The RSA 2048 / SHA-256 cases of C2SP/wycheproof, from the folder that <c>WEBHOOK_CORPUS</c> names.</summary>
public sealed class WycheproofTests
{
    private const string FileName = "wycheproof-rsa2048-sha256.jsonl";

    [Fact]
    public void Every_wycheproof_case_is_judged_as_expected()
    {
        var folder = Environment.GetEnvironmentVariable("WEBHOOK_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"Set WEBHOOK_CORPUS to the folder with {FileName}.");
        var wrong = new List<string>();
        var right = 0;

        foreach (var line in File.ReadLines(Path.Combine(folder!, FileName)).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var test = document.RootElement;
            string Field(string name) => test.GetProperty(name).GetString()!;
            if (Judge(Field("publicKeyPem"), Field("keyPolicy"), Field("bodyBase64"), Field("signatureBase64")) == Field("expected"))
            {
                right++;
            }
            else
            {
                wrong.Add(Field("id"));
            }
        }

        wrong.Should().BeEmpty();
        right.Should().Be(258);
    }

    private static string Judge(string pem, string keyPolicy, string body, string signature)
    {
        var judged = PublicKeyPolicy.Parse(pem);
        judged.Refusal.Should().Be(keyPolicy == "ok" ? PublicKeyRefusal.None : PublicKeyRefusal.BadExponent);

        // The policy refuses the two keys with e = 3: those go to the arithmetic directly.
        var key = judged.Key;
        if (key is null)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            key = new WebhookPublicKey(rsa);
        }

        return SignatureHeader.TryDecode(signature, out var bytes)
            && SignatureVerifier.Verify(Convert.FromBase64String(body), bytes, key).Kind == SignatureVerdictKind.Authentic
            ? "authentic"
            : "forged";
    }
}

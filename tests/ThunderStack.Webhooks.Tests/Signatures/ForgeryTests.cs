using System.Security.Cryptography;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Signatures;

/// <summary>
/// Random forgeries, from a fixed seed. <c>THUNDERSTACK_FORGERIES</c> says how many, 20,000 when it is not set.
/// </summary>
public sealed class ForgeryTests
{
    private const int Seed = 20241106;

    [Fact]
    public async Task No_damaged_signature_or_body_is_ever_accepted()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("THUNDERSTACK_FORGERIES"), out var set) ? set : 20_000;
        var key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;
        using var ring = PublicKeyRing.Pinned(key);
        var verifier = new SignatureVerifier(ring);
        var delivery = SignedDelivery.Valid();
        var header = delivery.Signature!;
        (await IsAcceptedAsync(verifier, delivery.Body, header)).Should().BeTrue("the undamaged delivery is authentic");
        var accepted = new List<string>();
        var decoded = 0;

        // Each worker draws from its own seeds, so a failure can be repeated from its number alone.
        await Parallel.ForAsync(0, count, TestContext.Current.CancellationToken, async (number, _) =>
        {
            var (what, body, damaged) = Damage(new Random(Seed + number), delivery.Body, header);
            if (SignatureHeader.TryDecode(damaged, out var _))
            {
                Interlocked.Increment(ref decoded);
            }

            if (await IsAcceptedAsync(verifier, body, damaged))
            {
                lock (accepted)
                {
                    accepted.Add($"#{number}: {what}");
                }
            }
        });

        accepted.Should().BeEmpty();
        decoded.Should().BeGreaterThan(count / 2, "most forgeries should reach the arithmetic");
    }

    private static async ValueTask<bool> IsAcceptedAsync(SignatureVerifier verifier, byte[] body, string header) =>
        SignatureHeader.TryDecode(header, out var signature)
        && (await verifier.VerifyAsync(body, signature, CancellationToken.None)).Kind == SignatureVerdictKind.Authentic;

    private static (string What, byte[] Body, string Header) Damage(Random random, byte[] body, string header)
    {
        var signature = Convert.FromBase64String(header);
        switch (random.Next(12))
        {
            case 0:
                return ("bit of the body", FlipBits(random, body, 1), header);
            case 1:
                return ("bits of the body", FlipBits(random, body, random.Next(2, 20)), header);
            case 2:
                return ("body cut", body[..random.Next(body.Length)], header);
            case 3:
                return ("body longer", [.. body, .. RandomBytes(random, random.Next(1, 40))], header);
            case 4:
                return ("another body", RandomBytes(random, random.Next(1, 400)), header);
            case 5:
                return ("bit of the signature", body, Convert.ToBase64String(FlipBits(random, signature, 1)));
            case 6:
                return ("bits of the signature", body, Convert.ToBase64String(FlipBits(random, signature, random.Next(2, 200))));
            case 7:
                return ("signature cut", body, Convert.ToBase64String(signature.AsSpan(0, random.Next(signature.Length))));
            case 8:
                return ("signature longer", body, Convert.ToBase64String([.. signature, .. RandomBytes(random, random.Next(1, 256))]));
            case 9:
                return ("zeros in front", body, Convert.ToBase64String([.. new byte[random.Next(1, 128)], .. signature]));
            case 10:
                return ("another signature", body, Convert.ToBase64String(RandomBytes(random, 256)));
            default:
                var chars = header.ToCharArray();
                var at = random.Next(chars.Length);
                chars[at] = chars[at] == 'A' ? 'B' : 'A';
                return ("character of the header", body, new string(chars));
        }
    }

    private static byte[] FlipBits(Random random, byte[] bytes, int count)
    {
        byte[] damaged = [.. bytes];
        while (count-- > 0 || damaged.AsSpan().SequenceEqual(bytes))
        {
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        }

        return damaged;
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void The_right_key_under_another_scheme_or_hash_is_not_accepted()
    {
        var key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;
        var body = SignedDelivery.Valid().Body;

        (HashAlgorithmName, RSASignaturePadding)[] schemes =
        [
            (HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            (HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1),
            (HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            (HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        ];
        foreach (var (hash, padding) in schemes)
        {
            SignatureVerifier.Verify(body, TestKey.Default.SignWith(body, hash, padding), key).Kind
                .Should().Be(SignatureVerdictKind.Forged, "{0} with {1}", hash, padding);
        }

        // The values whose arithmetic is trivial.
        byte[][] trivial = [new byte[256], [.. new byte[255], 1], [.. Enumerable.Repeat((byte)0xFF, 256)]];
        foreach (var signature in trivial)
        {
            SignatureVerifier.Verify(body, signature, key).Kind.Should().Be(SignatureVerdictKind.Forged);
        }
    }
}

using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Tests.Keys;

namespace ThunderStack.Webhooks.Tests.Signatures;

public sealed class SignatureVerifierTests
{
    private static readonly WebhookPublicKey Key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;

    [Fact]
    public async Task VerifyAsync_KnownKey_IsAuthenticAtOnce()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        var delivery = SignedDelivery.Valid();

        var pending = fixture.SendAsync(delivery);

        pending.IsCompletedSuccessfully.Should().BeTrue();
        var verdict = await pending;
        verdict.Kind.Should().Be(SignatureVerdictKind.Authentic);
        verdict.Key!.Fingerprint.Should().Be(Key.Fingerprint);
        verdict.BodyHash.ToArray().Should().Equal(System.Security.Cryptography.SHA256.HashData(delivery.Body));
        verdict.Reason.Should().Be(SignatureReasons.Match);
        verdict.RetryAfter.Should().BeNull();
        fixture.Source.Count.Should().Be(1);
    }

    [Fact]
    public async Task VerifyAsync_KnownKey_AllocatesNothingButTheHash()
    {
        using var fixture = await VerifierFixture.WithKeyAsync();
        var delivery = SignedDelivery.Valid();
        var body = delivery.Body;
        var signature = Convert.FromBase64String(delivery.Signature!);
        var token = TestContext.Current.CancellationToken;
        const int Rounds = 1000;
        var authentic = 0;

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
            {
                var pending = fixture.Verifier.VerifyAsync(body, signature, token);
                if (pending.IsCompletedSuccessfully && pending.Result.Kind == SignatureVerdictKind.Authentic)
                {
                    authentic++;
                }
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        }

        Measure();
        Measure().Should().BeLessThanOrEqualTo(56, "a byte array of 32 takes 56 bytes");
        authentic.Should().Be(2 * Rounds);
    }

    [Fact]
    public void The_default_verdict_lets_nothing_in() =>
        default(SignatureVerdict).Kind.Should().Be(SignatureVerdictKind.Undecided);

    [Fact]
    public void Verify_Offline_TellsAuthenticFromForged()
    {
        var delivery = SignedDelivery.Valid();
        var signature = Convert.FromBase64String(delivery.Signature!);
        var other = PublicKeyPolicy.Parse(TestKey.Other.PublicKeyPem).Key!;

        SignatureVerifier.Verify(delivery.Body, signature, other, Key).Key.Should().BeSameAs(Key);
        SignatureVerifier.Verify(delivery.WithTamperedBody().Body, signature, other, Key).Reason.Should().Be(SignatureReasons.Mismatch);
        SignatureVerifier.Verify(delivery.Body, signature.AsSpan(1), Key).Reason.Should().Be(SignatureReasons.Length);
        SignatureVerifier.Verify(delivery.Body, signature, other).Kind.Should().Be(SignatureVerdictKind.Forged);
        SignatureVerifier.Verify(delivery.Body, signature).Kind.Should().Be(SignatureVerdictKind.Undecided);
    }
}

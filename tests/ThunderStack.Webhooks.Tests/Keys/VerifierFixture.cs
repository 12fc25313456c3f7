using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>A verifier over a ring over a scripted source, on a clock that the test moves.</summary>
internal sealed class VerifierFixture : IDisposable
{
    public VerifierFixture(PublicKeyOptions? options = null, params WebhookPublicKey[] pinned)
    {
        Options = options ?? new PublicKeyOptions();
        Ring = new PublicKeyRing(pinned, Source, Options, Clock);
        Verifier = new SignatureVerifier(Ring);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ScriptedKeySource Source { get; } = new(TestKey.Default);

    public PublicKeyOptions Options { get; }

    public PublicKeyRing Ring { get; }

    public SignatureVerifier Verifier { get; }

    /// <summary>A fixture whose ring has the source's key.</summary>
    public static async Task<VerifierFixture> WithKeyAsync(PublicKeyOptions? options = null)
    {
        var fixture = new VerifierFixture(options);
        (await fixture.Ring.RefreshAsync(TestContext.Current.CancellationToken)).Key.Should().NotBeNull();
        await fixture.Source.WaitUntilAskedAsync();
        return fixture;
    }

    /// <summary>Verifies what is sent.</summary>
    public ValueTask<SignatureVerdict> SendAsync(SignedDelivery delivery, CancellationToken? cancellationToken = null)
    {
        SignatureHeader.TryDecode(delivery.Signature, out var signature).Should().BeTrue();
        return Verifier.VerifyAsync(delivery.Body, signature, cancellationToken ?? TestContext.Current.CancellationToken);
    }

    public void Dispose() => Ring.Dispose();
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Signatures;

/// <summary>The verifiers of this machine agree with each other, and a prepared one remembers nothing of what it saw before.</summary>
public sealed class RsaVerifierTests
{
    private const int Seed = 20261126;

    private static readonly byte[] Body = "the body"u8.ToArray();
    private static readonly byte[] Hash = SHA256.HashData(Body);
    private static readonly byte[] Signature = TestKey.Default.Sign(Body);

    [Fact]
    public void Create_OnLinuxWithOpenSsl3_UsesIt()
    {
        Assert.SkipUnless(OpenSslRsaVerifier.IsSupported, "There is no OpenSSL 3 on this machine.");

        using var verifier = RsaVerifier.Create(PublicKeyOf(TestKey.Default));

        verifier.Should().BeOfType<OpenSslRsaVerifier>();
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("1", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void Create_WithTheVariable_UsesOpenSslUnlessItIsTurnedOff(string? variable, bool isUsed)
    {
        Assert.SkipUnless(OpenSslRsaVerifier.IsSupported, "There is no OpenSSL 3 on this machine.");

        using var verifier = RsaVerifier.Create(PublicKeyOf(TestKey.Default), variable);

        (verifier is OpenSslRsaVerifier).Should().Be(isUsed);
        verifier.Verify(Hash, Signature).Should().BeTrue();
    }

    [Fact]
    public void TryCreate_WithWhatIsNoKey_ReturnsNull()
    {
        OpenSslRsaVerifier.TryCreate("no key"u8).Should().BeNull();
        OpenSslRsaVerifier.TryCreate([]).Should().BeNull();
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(2056)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void Verify_WithKeysOfAllSizes_AcceptsTheirSignaturesOnly(int bits)
    {
        var key = TestKey.Create(bits);
        var signature = key.Sign(Body);
        using var platform = new PlatformRsaVerifier(PublicKeyOf(key));
        using var fastest = RsaVerifier.Create(PublicKeyOf(key));

        foreach (var verifier in new[] { platform, fastest })
        {
            verifier.Verify(Hash, signature).Should().BeTrue();
            verifier.Verify(SHA256.HashData("another body"u8), signature).Should().BeFalse();
            verifier.Verify(Hash, TestKey.Other.Sign(Body)).Should().BeFalse();
        }
    }

    [Fact]
    public void Verify_OfDamagedSignatures_IsFalseWithEveryVerifier_AndTheNextGoodOneIsAccepted()
    {
        using var platform = new PlatformRsaVerifier(PublicKeyOf(TestKey.Default));
        using var fastest = RsaVerifier.Create(PublicKeyOf(TestKey.Default));

        foreach (var damaged in Damaged())
        {
            platform.Verify(Hash, damaged).Should().BeFalse();
            fastest.Verify(Hash, damaged).Should().BeFalse();
            fastest.Verify(Hash, Signature).Should().BeTrue("a forgery before it changes nothing");
        }
    }

    [Fact]
    public void Verify_OfAForgery_LeavesNoErrorForWhoeverUsesOpenSslNext()
    {
        Assert.SkipUnless(OpenSslRsaVerifier.IsSupported, "There is no OpenSSL 3 on this machine.");
        using var verifier = RsaVerifier.Create(PublicKeyOf(TestKey.Default));

        verifier.Verify(Hash, new byte[256]).Should().BeFalse();

        ERR_peek_error().Should().Be(0);
    }

    [Fact]
    public void Key_UsedByManyAtOnce_TellsGoodFromBadForEachOfThem()
    {
        var key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;
        var damaged = Damaged().ToArray();
        var wrong = 0;

        Parallel.For(0, 4_000, number =>
        {
            var isGood = number % 2 == 0;
            if (key.Verify(Hash, isGood ? Signature : damaged[number % damaged.Length]) != isGood)
                Interlocked.Increment(ref wrong);
        });

        wrong.Should().Be(0);
    }

    /// <summary>All of them as long as the modulus, so that they reach the arithmetic.</summary>
    private static IEnumerable<byte[]> Damaged()
    {
        var random = new Random(Seed);
        yield return new byte[256];
        yield return [.. Enumerable.Repeat((byte)0xFF, 256)];
        yield return [.. new byte[255], 1];
        yield return TestKey.Default.SignWith(Body, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
        yield return TestKey.Default.SignWith(Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        yield return TestKey.Other.Sign(Body);
        for (var i = 0; i < 500; i++)
        {
            var damaged = (byte[])Signature.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            yield return damaged;
        }
    }

    private static ReadOnlySpan<byte> PublicKeyOf(TestKey key) => PublicKeyPolicy.Parse(key.PublicKeyPem).Key!.SubjectPublicKeyInfo.Span;

    [DllImport("libcrypto.so.3")]
    private static extern nuint ERR_peek_error();
}

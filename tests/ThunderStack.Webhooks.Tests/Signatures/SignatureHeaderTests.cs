using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Tests.Signatures;

public sealed class SignatureHeaderTests
{
    private static readonly string Canonical = Convert.ToBase64String(Bytes(256));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(384)]
    [InlineData(1023)]
    [InlineData(1024)]
    public void TryDecode_Canonical_ReturnsTheBytes(int length)
    {
        var bytes = Bytes(length);

        SignatureHeader.TryDecode(Convert.ToBase64String(bytes), out var signature).Should().BeTrue();

        signature.Should().Equal(bytes);
    }

    public static TheoryData<string, string?> Oddities => new()
    {
        { "none", null },
        { "empty", "" },
        { "white space", "    " },
        { "space in front", " " + Canonical },
        { "space behind", Canonical + " " },
        { "four spaces behind", Canonical + "    " },
        { "space inside, length kept a multiple of four", Canonical[..100] + "    " + Canonical[100..] },
        { "tab inside", Canonical[..100] + "\t" + Canonical[101..] },
        { "line feed inside", Canonical[..100] + "\n" + Canonical[101..] },
        { "folded", Canonical[..64] + "\r\n  " + Canonical[64..] },
        { "no padding", Canonical.TrimEnd('=') },
        { "padding cut by one", Canonical[..^1] },
        { "padding too long", Canonical + "====" },
        { "only padding", "====" },
        { "padding inside", "AA==" + Canonical },
        { "base64url", Canonical[..^4] + "-_==" },
        { "trailing bits, two padding characters", Canonical[..^3] + (char)(Canonical[^3] + 1) + "==" },
        { "trailing bits, one padding character", "AAB=" },
        { "outside ASCII", Canonical[..^4] + "éé==" },
        { "full-width digits", Canonical[..^4] + "１２==" },
        { "NUL", Canonical[..^4] + "A\0==" },
        { "quoted", $"\"{Canonical}\"" },
        { "two values", $"{Canonical},{Canonical}" },
        { "two values with a space", $"{Canonical}, {Canonical}" },
        { "1025 bytes", Convert.ToBase64String(Bytes(1025)) },
        { "1026 bytes", Convert.ToBase64String(Bytes(1026)) },
        { "a megabyte", new string('A', 1 << 20) },
        { "lone surrogate", Canonical[..^4] + "A\ud800==" },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void TryDecode_AnythingElse_IsRefused(string what, string? value)
    {
        SignatureHeader.TryDecode(value, out var signature).Should().BeFalse(what);

        signature.Should().BeEmpty();
    }

    [Fact]
    public void TryDecode_RandomText_NeverThrowsAndOnlyTakesWhatItWouldWrite()
    {
        const string Alphabet = "ABab01+/=-_ \n\té\0";
        var random = new Random(4711);
        var taken = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var value = string.Create(random.Next(1, 13), random, (chars, r) =>
            {
                for (var c = 0; c < chars.Length; c++)
                {
                    chars[c] = Alphabet[r.Next(Alphabet.Length)];
                }
            });
            if (SignatureHeader.TryDecode(value, out var signature))
            {
                taken++;
                Convert.ToBase64String(signature).Should().Be(value);
            }
        }

        taken.Should().BeGreaterThan(10);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}

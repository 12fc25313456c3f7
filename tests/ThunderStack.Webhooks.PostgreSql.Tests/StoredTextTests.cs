using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>Text that PostgreSQL would refuse is kept all the same.</summary>
public sealed class StoredTextTests
{
    [Theory]
    [InlineData("node-1", "node-1")]
    [InlineData("Ünï→😀", "Ünï→😀")]
    [InlineData("a\0b", @"a\u0000b")]
    [InlineData(@"C:\u0000", @"C:\\u0000")]
    [InlineData("", "")]
    public void Text_comes_back_as_it_was(string text, string stored)
    {
        StoredText.Encode(text).Should().Be(stored);
        StoredText.Decode(stored).Should().Be(text);
    }

    // Not as a parameter: the compiler would have to write it as UTF-8.
    [Fact]
    public void Half_a_surrogate_pair_comes_back_as_it_was()
    {
        var text = new string(['a', (char)0xD800, (char)0xD83D, (char)0xDE00, (char)0xDC00]);

        StoredText.Encode(text).Should().Be(@"a\uD800😀\uDC00");
        StoredText.Decode(StoredText.Encode(text)).Should().Be(text);
    }

    [Fact]
    public void Nothing_stays_nothing()
    {
        StoredText.Encode(null).Should().BeNull();
        StoredText.Decode(null).Should().BeNull();
    }
}

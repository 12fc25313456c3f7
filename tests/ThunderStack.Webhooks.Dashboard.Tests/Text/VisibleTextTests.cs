using ThunderStack.Webhooks.Dashboard.Text;

namespace ThunderStack.Webhooks.Dashboard.Tests.Text;

/// <summary>Nothing in a text of others hides.</summary>
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain \"text\" <b>", "plain \"text\" <b>")]
    [InlineData("two\nlines", "two\nlines")]
    [InlineData("a\u202Eb\u202C", "a[U+202E]b[U+202C]")]
    [InlineData("a\0\0\0b", "a[U+0000 x3]b")]
    [InlineData("tab\tand\r\nreturn", "tab[U+0009]and[U+000D]\nreturn")]
    [InlineData("no\u00A0break\u200B\uFEFF", "no[U+00A0]break[U+200B][U+FEFF]")]
    [InlineData("blank\u2800\u3164", "blank[U+2800][U+3164]")]
    [InlineData("Überblick, שלום, 日本 👍", "Überblick, שלום, 日本 👍")]
    [InlineData("tag\U000E0041", "tag[U+E0041]")]
    [InlineData("", "")]
    public void Of_Text_NamesWhatCannotBeSeen(string text, string expected) => Written(VisibleText.Of(text)).Should().Be(expected);

    [Fact]
    public void Of_Text_NamesHalfACharacter() => Written(VisibleText.Of("half\uD800")).Should().Be("half[U+D800]");

    [Fact]
    public void Of_Bytes_NamesThoseThatAreNoText() =>
        Written(VisibleText.Of([.. "a"u8, 0xFF, 0xFF, 0xC3, .. "b\u202E"u8])).Should().Be("a[0xFF x2][0xC3]b[U+202E]");

    [Fact]
    public void Of_Bytes_IsAsOfText() => VisibleText.Of("x\u202Ey\0z 👍"u8).Should().Equal(VisibleText.Of("x\u202Ey\0z 👍"));

    private static string Written(IEnumerable<TextPart> parts) =>
        string.Concat(parts.Select(part => part.IsMark ? part.Count > 1 ? $"[{part.Text} x{part.Count}]" : $"[{part.Text}]" : part.Text));
}

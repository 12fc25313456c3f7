using System.Text.Encodings.Web;
using System.Text.Json;

namespace ThunderStack.Cloud.Tests;

public sealed class VisibleTextTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("node-a", "node-a")]
    [InlineData("צומת 节点 ноды é 🦄", "צומת 节点 ноды é 🦄")]
    [InlineData("two\nlines\tand\r\na half", "two\nlines\tand\r\na half")]
    [InlineData("over\rwritten", @"over\u000dwritten")]
    [InlineData("\e[31mred\u009b0m\u0007", @"\u001b[31mred\u009b0m\u0007")]
    [InlineData("a\u202eb\u2066c\u200fd", @"a\u202eb\u2066c\u200fd")]
    [InlineData("no\u200bde\u00ad\ufeff", @"no\u200bde\u00ad\ufeff")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("tag\U000E0041", @"tag\udb40\udc41")]
    public void Escape_Text_ShowsWhatATerminalObeysOrHides(string text, string visible) =>
        VisibleText.Escape(text).Should().Be(visible);

    [Fact]
    public void Escape_HalfASurrogatePair_IsShown() => VisibleText.Escape("a\ud83eb").Should().Be(@"a\ud83eb");

    [Fact]
    public void Escape_Json_StaysTheSameDocument()
    {
        const string Id = "a\u202e\U000E0041\u2028b";
        var json = JsonSerializer.Serialize(Id, Relaxed);

        var visible = VisibleText.Escape(json);

        visible.Should().MatchRegex("^[ -~]*$");
        JsonSerializer.Deserialize<string>(visible).Should().Be(Id);
    }
}

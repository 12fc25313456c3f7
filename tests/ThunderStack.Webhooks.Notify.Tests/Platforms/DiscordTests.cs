using System.Text.RegularExpressions;
using CsCheck;
using ThunderStack.Webhooks.Notify.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class DiscordTests
{
    [Fact]
    public void A_message_is_an_embed_that_mentions_nobody()
    {
        var json = Shown.Json(Discord.Render(TestNotice.Of("Node alice has failed")));

        json.GetProperty("allowed_mentions").GetRawText().Should().Be("""{"parse":[]}""");
        var embed = json.GetProperty("embeds").EnumerateArray().Should().ContainSingle().Subject;
        embed.GetProperty("title").GetString().Should().Be("Node alice has failed");
        embed.GetProperty("description").GetString().Should().Be("The text.");
        embed.GetProperty("color").GetInt32().Should().Be(0xD32F2F);
        embed.GetProperty("fields")[1].GetProperty("value").GetString().Should().Be("FAILED");
    }

    [Fact]
    public void Whatever_the_names_and_texts_are_the_limits_hold() => TestNotice.Worst.Sample(
        notice =>
        {
            var json = Shown.Json(Discord.Render(notice));
            json.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().Should().Be(0);
            var embed = json.GetProperty("embeds")[0];
            var title = embed.GetProperty("title").GetString()!;
            var description = embed.TryGetProperty("description", out var written) ? written.GetString()! : "";
            var fields = embed.GetProperty("fields").EnumerateArray()
                .Select(field => (Name: field.GetProperty("name").GetString()!, Value: field.GetProperty("value").GetString()!)).ToList();

            title.Length.Should().BeLessThanOrEqualTo(256);
            description.Length.Should().BeLessThanOrEqualTo(4096);
            fields.Count.Should().BeLessThanOrEqualTo(25);
            fields.All(field => field.Name.Length is >= 1 and <= 256 && field.Value.Length is >= 1 and <= 1024).Should().BeTrue();
            (title.Length + description.Length + fields.Sum(field => field.Name.Length + field.Value.Length)).Should().BeLessThanOrEqualTo(6000);
            foreach (var text in fields.SelectMany(field => new[] { field.Name, field.Value }).Append(title).Append(description))
            {
                Shown.IsPlain(text).Should().BeTrue();

                // No backslash was cut from what it stands before.
                Regex.Match(text, @"\\*…?$").Value.Count(c => c == '\\').Should().Match(count => count % 2 == 0);
            }
        },
        iter: 100);

    [Theory]
    [InlineData("**bold** _i_ ~~s~~ `c` ||x||", @"\*\*bold\*\* \_i\_ \~\~s\~\~ \`c\` \|\|x\|\|")]
    [InlineData("@everyone <@123> [a](b)", @"\@everyone \<\@123\> \[a\]\(b\)")]
    [InlineData("# a\n- b\n  1. c\nd-e 1.5", "\\# a\n\\- b\n  1\\. c\nd-e 1.5")]
    [InlineData(@"C:\a", @"C:\\a")]
    public void Markdown_is_escaped(string text, string escaped) => Discord.Escape(text).Should().Be(escaped);

    [Theory]
    [InlineData("https://discord.com/api/webhooks/1/a", "https://discord.com/api/webhooks/1/a?wait=true")]
    [InlineData("https://discord.com/api/webhooks/1/a?thread_id=7&wait=false", "https://discord.com/api/webhooks/1/a?thread_id=7&wait=true")]
    public void The_answer_is_asked_for(string url, string asked) => Discord.Waiting(new Uri(url)).AbsoluteUri.Should().Be(asked);
}

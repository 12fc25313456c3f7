using System.Text.Json;
using CsCheck;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class SlackTests
{
    [Fact]
    public void A_message_is_an_attachment_in_the_severitys_colour_with_blocks()
    {
        var json = Shown.Json(Slack.Render(TestNotice.Of("Node alice has failed") with { Link = new Uri("https://ops.example.com/events/0a") }));

        json.GetProperty("text").GetString().Should().Be("Node alice has failed");
        var attachment = json.GetProperty("attachments").EnumerateArray().Should().ContainSingle().Subject;
        attachment.GetProperty("color").GetString().Should().Be("#d32f2f");
        var blocks = attachment.GetProperty("blocks").EnumerateArray().ToList();
        blocks.Select(block => block.GetProperty("type").GetString()).Should().Equal("header", "section", "section", "section");
        blocks[0].GetProperty("text").GetProperty("text").GetString().Should().Be("Node alice has failed");
        blocks[1].GetProperty("text").GetProperty("text").GetString().Should().Be("The text.");
        blocks[2].GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("text").GetString())
            .Should().Equal("Node: node-a (alice)", "Status: FAILED");
        blocks[3].GetProperty("text").GetProperty("text").GetString().Should().Be("<https://ops.example.com/events/0a|Open>");
    }

    [Fact]
    public void Whatever_the_names_and_texts_are_the_limits_hold_and_nobody_is_mentioned() => TestNotice.Worst.Sample(
        notice =>
        {
            var json = Shown.Json(Slack.Render(notice));
            var blocks = json.GetProperty("attachments")[0].GetProperty("blocks").EnumerateArray().ToList();
            foreach (var block in blocks)
            {
                var fields = block.TryGetProperty("fields", out var listed) ? listed.EnumerateArray().ToList() : [];
                var texts = block.TryGetProperty("text", out var one) ? [one] : fields;
                texts.Count.Should().BeInRange(1, 10);
                var limit = fields.Count > 0 ? 2000 : block.GetProperty("type").GetString() == "header" ? 150 : 3000;
                foreach (var text in texts)
                {
                    var shown = text.GetProperty("text").GetString()!;
                    shown.Length.Should().BeInRange(1, limit);
                    Shown.IsPlain(shown).Should().BeTrue();
                    if (text.GetProperty("type").GetString() != "mrkdwn")
                    {
                        shown.Should().NotContainAny("<", ">");
                    }
                }
            }

            json.GetProperty("text").GetString().Should().NotContainAny("<", ">");
        },
        iter: 100);

    [Fact]
    public void What_is_shown_is_the_text_itself()
    {
        const string Text = "a & b <!channel> @everyone *x* _y_ `z`";

        Slack.Escape(Text).Should().Be("a &amp; b &lt;!channel&gt; @everyone *x* _y_ `z`");
        Shown.Entities(Slack.Escape(Text)).Should().Be(Text);
        var header = Shown.Json(Slack.Render(TestNotice.Of(new string('&', 200)))).GetProperty("attachments")[0].GetProperty("blocks")[0].GetProperty("text");
        header.GetProperty("text").GetString().Should().Be(string.Concat(Enumerable.Repeat("&amp;", 29)) + "…");
    }
}

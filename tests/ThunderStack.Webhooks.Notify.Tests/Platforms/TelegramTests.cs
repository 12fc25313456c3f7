using System.Text.RegularExpressions;
using CsCheck;
using ThunderStack.Webhooks.Notify.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class TelegramTests
{
    [Fact]
    public void A_message_is_html_without_a_preview()
    {
        var json = Shown.Json(Telegram.Render(TestNotice.Of("Node alice has failed") with { Link = new Uri("https://ops.example.com/events/0a?b=c&d=e") }, "-1001234567890"));

        json.GetProperty("chat_id").GetInt64().Should().Be(-1001234567890);
        json.GetProperty("parse_mode").GetString().Should().Be("HTML");
        json.GetProperty("link_preview_options").GetProperty("is_disabled").GetBoolean().Should().BeTrue();
        json.GetProperty("text").GetString().Should().Be(
            "<b>Node alice has failed</b>\nThe text.\n<b>Node: </b>node-a (alice)\n<b>Status: </b>FAILED\n<a href=\"https://ops.example.com/events/0a?b=c&amp;d=e\">Open</a>");
    }

    [Fact]
    public void A_channel_has_a_name() =>
        Shown.Json(Telegram.Render(TestNotice.Of("t"), "@channel")).GetProperty("chat_id").GetString().Should().Be("@channel");

    [Fact]
    public void Whatever_the_names_and_texts_are_the_limit_holds_and_nobody_is_mentioned() => TestNotice.Worst.Sample(
        notice =>
        {
            var html = Shown.Json(Telegram.Render(notice, "1")).GetProperty("text").GetString()!;

            Shown.FromHtml(html).Length.Should().BeInRange(1, 4096);
            Shown.IsPlain(html).Should().BeTrue();

            // Only the elements that were meant, each closed before the next begins, and every & an entity.
            Regex.Replace(html, "<b>[^<>]*</b>|<code>[^<>]*</code>|<a href=\"[^<>\"]*\">Open</a>", "").Should().NotContainAny("<", ">");
            Regex.Matches(html, "&(?!(amp|lt|gt|quot);)").Should().BeEmpty();

            // In code Telegram looks for no mentions.
            Regex.Matches(Regex.Replace(html, "<code>[^<>]*</code>", ""), @"@\w").Should().BeEmpty();
        },
        iter: 100);

    [Fact]
    public void What_is_shown_is_the_text_itself()
    {
        const string Text = "a & b <b>c</b> @everyone";

        Shown.FromHtml(Shown.Json(Telegram.Render(TestNotice.Of("t", Text), "1")).GetProperty("text").GetString()!).Should().Contain(Text);
    }
}

using CsCheck;
using ThunderStack.Webhooks.Notify.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

public sealed class TeamsTests
{
    [Fact]
    public void A_message_is_an_adaptive_card()
    {
        var json = Shown.Json(Teams.Render(TestNotice.Of("Node alice has failed") with { Link = new Uri("https://ops.example.com/events/0a") }));

        json.GetProperty("type").GetString().Should().Be("message");
        var attachment = json.GetProperty("attachments").EnumerateArray().Should().ContainSingle().Subject;
        attachment.GetProperty("contentType").GetString().Should().Be("application/vnd.microsoft.card.adaptive");
        var card = attachment.GetProperty("content");
        card.GetProperty("type").GetString().Should().Be("AdaptiveCard");
        card.GetProperty("version").GetString().Should().Be("1.2");
        card.GetProperty("fallbackText").GetString().Should().Be("Node alice has failed");
        Shown.Texts(card.GetProperty("body")).Should().Contain(["Node alice has failed", "The text.", "node-a (alice)", "FAILED"]);
        card.GetProperty("actions")[0].GetProperty("url").GetString().Should().Be("https://ops.example.com/events/0a");
    }

    [Fact]
    public void Whatever_the_names_and_texts_are_the_limit_holds_and_no_text_is_markdown() => TestNotice.Worst.Sample(
        notice =>
        {
            var body = Teams.Render(notice);

            body.Length.Should().BeLessThanOrEqualTo(21_000);
            var card = Shown.Json(body).GetProperty("attachments")[0].GetProperty("content");
            card.GetProperty("body").EnumerateArray().Should().OnlyContain(block => block.GetProperty("type").GetString() == "RichTextBlock");
            Shown.Texts(card).Should().OnlyContain(text => Shown.IsPlain(text));
        },
        iter: 100);

    [Fact]
    public void What_is_shown_is_the_text_itself()
    {
        const string Text = "**a** [b](https://evil.example) <at>Ann</at> & c";

        Shown.Texts(Shown.Json(Teams.Render(TestNotice.Of("t", Text)))).Should().Contain(Text);
    }
}

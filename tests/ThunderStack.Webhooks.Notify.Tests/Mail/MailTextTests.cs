using CsCheck;
using MimeKit;
using ThunderStack.Webhooks.Notify.Mail;
using ThunderStack.Webhooks.Notify.Tests.Platforms;

namespace ThunderStack.Webhooks.Notify.Tests.Mail;

public sealed class MailTextTests
{
    [Fact]
    public void Whatever_the_names_and_texts_are_no_header_is_added_and_the_text_arrives() => TestNotice.Worst.Sample(
        notice =>
        {
            using var stream = new MemoryStream();
            using (var written = Email.Render(notice, "alerts@example.org", ["ann@example.org"]))
            {
                written.WriteTo(stream, TestContext.Current.CancellationToken);
            }

            stream.Position = 0;
            using var read = MimeMessage.Load(stream, TestContext.Current.CancellationToken);
            read.Subject!.Length.Should().BeLessThanOrEqualTo(200);
            Shown.IsPlain(read.Subject).Should().BeTrue();
            read.Headers.Select(header => header.Field).Should().OnlyHaveUniqueItems().And.BeSubsetOf(
                ["Importance", "From", "Date", "Subject", "Message-Id", "To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"]);
            var text = read.TextBody!.ReplaceLineEndings("\n");
            Shown.IsPlain(text).Should().BeTrue();
            text.Should().StartWith(notice.Title);
            text.Contains(notice.Text, StringComparison.Ordinal).Should().BeTrue();
        },
        iter: 60);
}

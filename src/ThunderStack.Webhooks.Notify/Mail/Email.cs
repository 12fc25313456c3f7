using System.Globalization;
using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Mail;

/// <summary>Plain mail over SMTP.</summary>
internal static class Email
{
    private const int MaxSubject = 200;
    private const int DefaultPort = 587;

    public static HandlerType Type { get; } = Notifier.Create(
        "Email",
        [
            Setting.Text("Smtp:Host") with { IsRequired = true },
            new Setting("Smtp:Port", DefaultPort.ToString(CultureInfo.InvariantCulture), JudgePort),
            Setting.Choice("Smtp:Security", SmtpSecurity.StartTls),
            Setting.Text("Smtp:User"),
            Setting.Text("Smtp:Password") with { IsSecret = true },
            new Setting("From", null, JudgeMailbox) { IsRequired = true },
            new Setting("To:*", null, JudgeMailbox) { IsRequired = true },
        ],
        (settings, services) => new SmtpChannel(
            new SmtpTarget(
                settings["Smtp:Host"]!,
                int.Parse(settings["Smtp:Port"]!, CultureInfo.InvariantCulture),
                Enum.Parse<SmtpSecurity>(settings["Smtp:Security"]!, ignoreCase: true),
                settings["Smtp:User"],
                settings["Smtp:Password"]),
            notice => Render(notice, settings["From"]!, settings.List("To")),
            services.GetService<RemoteCertificateValidationCallback>(),
            services.GetRequiredService<ILogger<SmtpChannel>>()));

    public static MimeMessage Render(Notice notice, string from, IReadOnlyList<string> to)
    {
        var sender = MailboxAddress.Parse(from);
        var message = new MimeMessage
        {
            Subject = NoticeText.Fit(notice.Title, MaxSubject),
            Date = notice.At,

            // The same for every attempt, so that what arrives twice can be told.
            MessageId = $"{notice.EventId}@{(sender.Domain.Length > 0 ? sender.Domain : "localhost")}",
            Body = new TextPart("plain") { Text = string.Join('\n', Lines(notice)) },
        };
        message.From.Add(sender);
        message.To.AddRange(to.Select(MailboxAddress.Parse));

        // So that nobody's absence is answered to a machine (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (notice.Severity == NoticeSeverity.Critical)
        {
            message.Importance = MessageImportance.High;
        }

        return message;
    }

    private static IEnumerable<string> Lines(Notice notice)
    {
        yield return notice.Title;
        yield return "";
        if (notice.Text.Length > 0)
        {
            yield return notice.Text;
            yield return "";
        }

        foreach (var field in notice.Fields)
        {
            yield return $"{field.Name}: {field.Value}";
        }

        if (notice.Link is { } link)
        {
            yield return "";
            yield return link.AbsoluteUri;
        }
    }

    private static string? JudgePort(string value) =>
        ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? null : "is no port. Example: 587";

    private static string? JudgeMailbox(string value) => Setting.JudgeText(value)
        ?? (MailboxAddress.TryParse(value, out var mailbox) && mailbox.Address.Contains('@') && !value.Any(char.IsControl)
            ? null
            : "is no mail address. Example: ThunderStack <alerts@example.org>");
}

using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Notify.Mail;

internal static partial class SmtpLog
{
    [LoggerMessage(811, LogLevel.Warning, "The mail server refused recipient {Recipient} with {Status}; others get the message. Correct the handler's To")]
    public static partial void Refused(ILogger logger, string recipient, int status);
}

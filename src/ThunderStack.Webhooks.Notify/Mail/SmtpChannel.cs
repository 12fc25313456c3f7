using System.Net;
using System.Net.Security;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;
using ThunderStack.Cloud.Transport;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Mail;

/// <summary>Sends each message over a connection of its own, and judges what the server answers.</summary>
/// <param name="target">The server.</param>
/// <param name="render">Makes mail of a message.</param>
/// <param name="validate">Judges certificates; <see langword="null"/>: as the system does.</param>
/// <param name="logger">Told of recipients that were refused.</param>
internal sealed class SmtpChannel(
    SmtpTarget target, Func<Notice, MimeMessage> render, RemoteCertificateValidationCallback? validate, ILogger<SmtpChannel> logger) : INoticeChannel
{
    private const int FirstPermanent = 500;

    private readonly Secrets _secrets = Secrets.Of(target.Password);

    public async Task SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        using var message = render(notice);
        using var client = new LenientSmtpClient(logger) { CheckCertificateRevocation = false };
        if (validate is not null)
        {
            client.ServerCertificateValidationCallback = validate;
        }

        try
        {
            await SignInAsync(client, cancellationToken).ConfigureAwait(false);
            await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException exception)
        {
            throw Failure(exception.InnerException is SmtpCommandException { StatusCode: var code } ? (int)code : FirstPermanent, exception.Message);
        }
        catch (SmtpCommandException exception)
        {
            throw Failure((int)exception.StatusCode, $"{(int)exception.StatusCode}: {exception.Message}");
        }

        await QuitAsync(client).ConfigureAwait(false);
    }

    private async Task SignInAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        if (target is { User: not null, Security: SmtpSecurity.None } && !addresses.All(IPAddress.IsLoopback))
        {
            throw new DeadLetterException($"The password is not sent to {target.Host} in the clear: set Smtp:Security to StartTls or Tls.");
        }

        var socket = await HappyEyeballs.ConnectAsync(HappyEyeballs.Alternate(addresses), target.Port, cancellationToken).ConfigureAwait(false);
        await client.ConnectAsync(socket, target.Host, target.Port, target.Security switch
        {
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.None => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        }, cancellationToken).ConfigureAwait(false);
        if (target.User is { } user)
        {
            await client.AuthenticateAsync(user, target.Password, cancellationToken).ConfigureAwait(false);
        }
    }

    // The server has taken the message: what goes wrong now must not send it again.
    private static async Task QuitAsync(SmtpClient client)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
            await client.DisconnectAsync(quit: true, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ProtocolException or System.Net.Sockets.SocketException)
        {
            // Disposing closes the line.
        }
    }

    private Exception Failure(int status, string words)
    {
        var message = $"{target.Host} answered {_secrets.Clean(words)}";
        return status >= FirstPermanent ? new DeadLetterException(message) : new IOException(message);
    }

    /// <summary>One recipient who is refused does not keep the message from the others.</summary>
    private sealed class LenientSmtpClient(ILogger logger) : SmtpClient
    {
        private SmtpResponse? _refusal;

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            _refusal = response;
            SmtpLog.Refused(logger, mailbox.Address, (int)response.StatusCode);
        }

        protected override void OnNoRecipientsAccepted(MimeMessage message) => throw new SmtpCommandException(
            SmtpErrorCode.RecipientNotAccepted, _refusal?.StatusCode ?? SmtpStatusCode.MailboxUnavailable, _refusal?.Response ?? "No recipient was accepted.");
    }
}

namespace ThunderStack.Webhooks.Notify.Mail;

/// <summary>How a connection to a mail server is secured.</summary>
internal enum SmtpSecurity
{
    /// <summary>TLS from <c>STARTTLS</c> on; without it nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte, as on port 465.</summary>
    Tls,

    /// <summary>None; a password is sent to this machine only.</summary>
    None,
}

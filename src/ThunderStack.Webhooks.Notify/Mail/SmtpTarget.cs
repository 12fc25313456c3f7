namespace ThunderStack.Webhooks.Notify.Mail;

/// <summary>A mail server, and who signs in there.</summary>
internal sealed class SmtpTarget(string host, int port, SmtpSecurity security, string? user, string? password)
{
    public string Host => host;

    public int Port => port;

    public SmtpSecurity Security => security;

    public string? User => string.IsNullOrEmpty(user) ? null : user;

    public string Password => password ?? "";
}

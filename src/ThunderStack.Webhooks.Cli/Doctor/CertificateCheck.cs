using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether whoever connects to the public URL trusts its certificate, and for how long.</summary>
internal static class CertificateCheck
{
    public const string Name = "certificate";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    public static async Task<Finding> RunAsync(Uri? url, CancellationToken cancellationToken)
    {
        if (url is null)
        {
            return Finding.Skip(Name, "this receiver's public URL is not known: name it with --url");
        }

        if (url.Scheme != Uri.UriSchemeHttps)
        {
            return url.IsLoopback
                ? Finding.Skip(Name, "http, on this machine")
                : Finding.Fail(Name, $"{url.AbsoluteUri} is not https: everybody on the way can hold events back", "put TLS before the receiver and set the https URL");
        }

        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await ShakeHandsAsync(url, either.Token);
        }
        catch (Exception exception) when (
            exception is SocketException or IOException or AuthenticationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Finding.Fail(
                Name,
                $"no TLS connection to {url.Authority}: {(exception is OperationCanceledException ? $"no answer within {Timeout.TotalSeconds:0} s" : exception.Message)}",
                "check the DNS name, the port, and that the balancer listens with TLS");
        }
    }

    private static async Task<Finding> ShakeHandsAsync(Uri url, CancellationToken cancellationToken)
    {
        var errors = SslPolicyErrors.None;
        var reasons = "";
        using var socket = new TcpClient();
        await socket.ConnectAsync(url.IdnHost, url.Port, cancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = url.IdnHost,
                // Taken as it is: nothing is sent over this connection, it only shows its certificate.
                RemoteCertificateValidationCallback = (_, _, chain, found) =>
                {
                    errors = found;
                    reasons = string.Join(", ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Where(text => text.Length > 0).Distinct() ?? []);
                    return true;
                },
            },
            cancellationToken);
        using var certificate = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.Export(X509ContentType.Cert));
        var until = certificate.NotAfter.ToUniversalTime();
        var left = until - TimeProvider.System.GetUtcNow().UtcDateTime;
        return left <= TimeSpan.Zero ? Finding.Fail(Name, $"expired on {until:yyyy-MM-dd}", "renew it")
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? Finding.Fail(Name, $"it is not for {url.IdnHost} but for {certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)}", "get one for that name")
            : errors != SslPolicyErrors.None
                ? Finding.Fail(Name, $"it is not trusted ({(reasons.Length > 0 ? reasons : errors.ToString())})", "serve one of a public authority, with its intermediate certificates")
            : left < RenewBefore ? Finding.Fail(Name, $"it expires in {left.TotalDays:0} days, on {until:yyyy-MM-dd}", "renew it, and see why that did not happen by itself")
            : Finding.Pass(Name, $"trusted, for {url.IdnHost}, until {until:yyyy-MM-dd}");
    }
}

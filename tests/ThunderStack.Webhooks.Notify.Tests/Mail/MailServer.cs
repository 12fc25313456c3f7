using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Mail;

/// <summary>A real mail server with a certificate of its own, STARTTLS and accounts.</summary>
internal sealed class MailServer : IMessageStore, IMailboxFilter, IUserAuthenticator, IAsyncDisposable
{
    public const string User = "alerts";
    public const string Password = "Passw0rdPassw0rd";

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private MailServer(int port, X509Certificate2? certificate)
    {
        Port = port;
        Certificate = certificate;
    }

    public int Port { get; }

    public X509Certificate2? Certificate { get; }

    public ConcurrentQueue<MimeMessage> Messages { get; } = new();

    public ConcurrentQueue<string> SignedIn { get; } = new();

    /// <summary>Answers to the message itself.</summary>
    public Func<SmtpResponse> Answer { get; set; } = () => SmtpResponse.Ok;

    /// <summary>Recipients who do not exist.</summary>
    public HashSet<string> Unknown { get; } = [];

    public static MailServer Start(bool isSecure = true, bool isTlsFromTheStart = false)
    {
        var server = new MailServer(LoopbackPort.FindFree(), isSecure ? CreateCertificate() : null);
        var options = new SmtpServerOptionsBuilder()
            .ServerName("localhost")
            .Endpoint(endpoint =>
            {
                endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, server.Port)).IsSecure(isTlsFromTheStart);
                if (isSecure)
                {
                    endpoint.Certificate(server.Certificate!).AuthenticationRequired().AllowUnsecureAuthentication(false);
                }
            })
            .Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        services.Add((IMessageStore)server);
        services.Add((IMailboxFilter)server);
        services.Add((IUserAuthenticator)server);
        server._running = new SmtpServer.SmtpServer(options, services).StartAsync(server._stopping.Token);
        return server;
    }

    public IEnumerable<(string Key, string? Value)> Settings(string password = Password) =>
    [
        ("mail:Type", "Email"), ("mail:Smtp:Host", "127.0.0.1"), ("mail:Smtp:Port", $"{Port}"), ("mail:Smtp:User", User), ("mail:Smtp:Password", password),
        ("mail:From", "ThunderStack <alerts@example.org>"), ("mail:To:0", "ann@example.org"), ("mail:To:1", "bob@example.org"),
    ];

    public async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        var answer = Answer();
        if (answer.ReplyCode == SmtpReplyCode.Ok)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            Messages.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
        }

        return answer;
    }

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Task.FromResult(!Unknown.Contains($"{to.User}@{to.Host}"));

    public Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken)
    {
        SignedIn.Enqueue(user);
        return Task.FromResult(user == User && password == Password);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        Certificate?.Dispose();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}

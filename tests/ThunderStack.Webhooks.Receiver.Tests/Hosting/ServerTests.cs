using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class ServerTests
{
    [Fact]
    public async Task Kestrels_own_https_configuration_works()
    {
        using var directory = new TemporaryDirectory();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllTextAsync(directory.File("tls.crt"), certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(directory.File("tls.key"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await using var receiver = await ReceiverHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["urls"] = null,
                ["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0",
                ["Kestrel:Endpoints:Https:Certificate:Path"] = directory.File("tls.crt"),
                ["Kestrel:Endpoints:Https:Certificate:KeyPath"] = directory.File("tls.key"),
            });
        receiver.Address.Scheme.Should().Be("https");
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString() },
        });
        client.BaseAddress = receiver.Address;

        var response = await client.SendAsync(SignedDelivery.Valid().ToRequest(), TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_server_keeps_to_limits_that_fit_webhooks()
    {
        await using var receiver = await ReceiverHost.StartAsync();

        var options = receiver.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;

        options.AddServerHeader.Should().BeFalse();
        options.Limits.MaxRequestBodySize.Should().Be(1_048_576);
        options.Limits.MaxRequestHeadersTotalSize.Should().Be(16 * 1024);
        options.Limits.MaxConcurrentConnections.Should().Be(4_096);
        options.Limits.RequestHeadersTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.Limits.MinRequestBodyDataRate!.BytesPerSecond.Should().Be(240);
    }

    [Fact]
    public async Task Every_other_path_is_a_404_problem()
    {
        await using var receiver = await ReceiverHost.StartAsync();

        foreach (var path in (string[])["/", "/favicon.ico", "/webhooks", "/webhooks/thunderstack/a/b"])
        {
            var response = await receiver.Client.GetAsync(path, TestContext.Current.CancellationToken);
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        }
    }
}

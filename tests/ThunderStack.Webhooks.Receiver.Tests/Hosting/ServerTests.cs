using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
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
        options.Limits.MaxConcurrentConnections.Should().BeNull("the product's own gate decides, which Kestrel's limit would come before");
        options.Limits.MaxRequestBufferSize.Should().Be(32 * 1024);
        options.Limits.MaxResponseBufferSize.Should().Be(32 * 1024);
        options.Limits.Http2.MaxStreamsPerConnection.Should().Be(16);
        var sockets = receiver.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value;
        sockets.MaxReadBufferSize.Should().Be(32 * 1024);
        sockets.MaxWriteBufferSize.Should().Be(32 * 1024);
        options.Limits.RequestHeadersTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.Limits.MinRequestBodyDataRate!.BytesPerSecond.Should().Be(240);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_asked_for_again()
    {
        await using var receiver = await ReceiverHost.StartAsync(configure: builder => builder.Services.PostConfigure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.1))));
        using var socket = new TcpClient();
        await socket.ConnectAsync(receiver.Address.Host, receiver.Address.Port, TestContext.Current.CancellationToken);

        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {SignedDelivery.Valid().Signature}\r\nContent-Length: 100\r\n\r\n{{"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        answer.Should().StartWith("HTTP/1.1 503").And.Contain("Retry-After: 5", "it came before the end of the connection");
    }

    [Theory]
    [InlineData("hooks.example.com", HttpStatusCode.OK)]
    [InlineData("other.example.com", HttpStatusCode.BadRequest)]
    public async Task Hosts_are_allowed_as_the_framework_does(string host, HttpStatusCode expected)
    {
        await using var receiver = await ReceiverHost.StartAsync(new() { ["AllowedHosts"] = "hooks.example.com" });
        var request = SignedDelivery.Valid().ToRequest();
        request.Headers.Host = host;

        (await receiver.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.Should().Be(expected);
    }

    [Fact]
    public async Task The_description_of_the_api_is_made_once_and_repeats_no_host()
    {
        await using var receiver = await ReceiverHost.StartAsync();

        var first = await DescribeAsync("evil.example.com");
        var second = await DescribeAsync("hooks.example.com");

        first.Should().Contain("ReceiveNodeWebhook").And.NotContain("evil").And.NotContain("servers");
        second.Should().Be(first);

        async Task<string> DescribeAsync(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
            request.Headers.Host = host;
            using var response = await receiver.Client.SendAsync(request, TestContext.Current.CancellationToken);
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
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

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Doctor;

public sealed class CertificateTests(ClinicServers servers) : IClassFixture<ClinicServers>
{
    [Theory]
    [InlineData("localhost", 90, "not trusted")]
    [InlineData("localhost", -1, "expired")]
    [InlineData("other.example.com", 90, "not for localhost but for other.example.com")]
    public async Task Doctor_CertificateThatTheCloudWouldNotTrust_SaysWhy(string name, int days, string told)
    {
        using var clinic = await Clinic.OpenAsync(servers);
        await using var server = await StartTlsAsync(name, days);

        var run = await clinic.ExamineAsync("--url", server.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        run.ShouldEnd(Expected.Failed);
        run.Json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == "certificate")
            .GetProperty("detail").GetString().Should().Contain(told);
    }

    [Fact]
    public async Task Doctor_TrustedCertificate_SaysUntilWhen()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        using var certificate = Create("localhost", 90);
        await using var server = await StartTlsAsync(certificate);
        using var trusted = new TemporaryDirectory();
        await File.WriteAllTextAsync(trusted.File("ca.pem"), certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);

        // How OpenSSL, and so the runtime on Linux, is told whom to trust.
        var run = await ToolRun.ProcessAsync(
            ["doctor", "--url", server.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal), "-o", "json"],
            new()
            {
                ["SSL_CERT_FILE"] = trusted.File("ca.pem"),
                ["ThunderStack__Nodes__0__NodeId"] = "node-a",
                ["ThunderStack__Cloud__BaseAddress"] = clinic.Cloud.Url,
            });

        var finding = run.Json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == "certificate");
        finding.GetProperty("result").GetString().Should().Be("passed", run.Out);
        finding.GetProperty("detail").GetString().Should().Contain(certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd"));
    }

    private static async Task<WebApplication> StartTlsAsync(string name, int days) => await StartTlsAsync(Create(name, days));

    private static async Task<WebApplication> StartTlsAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("hello"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static X509Certificate2 Create(string name, int days)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>Everything that can be wrong with a real key endpoint: it is named in the log, lets nothing in, and heals.</summary>
public sealed class KeyEndpointTests
{
    private static readonly string Pem = TestKey.Default.PublicKeyPem;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Faults => new()
    {
        { "401", "*401: the cloud refused the API token; make a new one in the web UI and set ThunderStack:Cloud:ApiToken*" },
        { "500", "*500*" },
        { "HTML", "*HTML instead of JSON*" },
        { "100 MB", "*more than 64 KiB*" },
        { "cut connection", "*connection was cut*" },
        { "empty data", "*empty \"data\"*" },
        { "private key", "*(PrivateKey)*treated as leaked*" },
        { "elliptic curve", "*(OtherAlgorithm)*elliptic curve*" },
        { "certificate", "*(Certificate)*" },
        { "two keys", "*(SeveralKeys)*" },
        { "1024 bits", "*(ModulusTooSmall)*1024 bits*" },
        { "words", "*(NotBase64)*" },
        { "a page in data", "*(Html)*" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_endpoint_that_serves_no_good_key_is_named_and_heals(string fault, string message)
    {
        await using var cloud = await PublicKeyServer.StartAsync();
        Break(cloud, fault);
        await using var host = await KeyHost.StartAsync(cloud.BaseAddress);

        (await host.NextFetchAsync()).Reason.Should().Match(message);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Unhealthy);
        host.Logs.At(LogLevel.Warning).Should().ContainSingle().Which.Should().Match(message);
        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Undecided);
        await host.NextFetchAsync();
        host.Logs.At(LogLevel.Warning).Should().ContainSingle("the same reason is a warning once").Which.Should().NotContain("MII");

        cloud.Serve(TestKey.Default);
        await host.Clock.PassNextWaitAsync();
        (await host.NextFetchAsync()).Outcome.Should().Be(PublicKeyFetchOutcome.Succeeded);
        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Healthy);
        host.Logs.Lines.Should().NotContain(line => line.Text.Contains(KeyHost.Token));
    }

    [Fact]
    public async Task An_endpoint_that_is_down_is_named()
    {
        await using var host = await KeyHost.StartAsync(PublicKeyServer.DeadAddress());

        (await host.NextFetchAsync()).Reason.Should().Contain("cannot be connected to");

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Undecided);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Unhealthy);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_is_given_up_after_five_seconds()
    {
        await using var cloud = await PublicKeyServer.StartAsync();
        cloud.Hold();
        await using var host = await KeyHost.StartAsync(cloud.BaseAddress);
        await cloud.WaitForRequestAsync(CancellationToken);

        host.Clock.Advance(TimeSpan.FromSeconds(5));

        (await host.NextFetchAsync()).Reason.Should().Contain("within 5 s");
        cloud.Release(TestKey.Default);
        await host.Clock.PassNextWaitAsync();
        (await host.NextFetchAsync()).Outcome.Should().Be(PublicKeyFetchOutcome.Succeeded);
    }

    [Fact]
    public async Task A_redirect_is_refused_and_the_token_never_reaches_the_other_host()
    {
        await using var cloud = await PublicKeyServer.StartAsync();
        await using var thief = await PublicKeyServer.StartAsync(TestKey.Other);
        cloud.ServeRedirect($"{thief.BaseAddress}/api/webhook-public-key");
        await using var host = await KeyHost.StartAsync(cloud.BaseAddress);

        (await host.NextFetchAsync()).Reason.Should().Contain("302").And.Contain("redirects are not followed");

        thief.Requests.Should().BeEmpty();
        cloud.Requests.Should().OnlyContain(request => request.Authorization == $"Bearer {KeyHost.Token}");
        host.Ring.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task A_rotation_at_a_real_endpoint_is_found_by_the_first_event_and_logged_with_both_fingerprints()
    {
        await using var cloud = await PublicKeyServer.StartAsync(TestKey.Default);
        await using var host = await KeyHost.StartAsync(cloud.BaseAddress);
        await host.NextFetchAsync();
        var before = host.Ring.Keys.Single().Fingerprint;

        cloud.Serve(TestKey.Other);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Other))).Should().Be(SignatureVerdictKind.Authentic);

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic, "the previous key is in grace");
        var after = host.Ring.Keys[0].Fingerprint;
        host.Logs.At(LogLevel.Information).Should().ContainSingle(line => line.Contains(before.Value) && line.Contains(after.Value));
        cloud.Requests.Should().HaveCount(2);
    }

    private static void Break(PublicKeyServer cloud, string fault)
    {
        using var rsa = RSA.Create(2048);
        switch (fault)
        {
            case "401":
                cloud.ServeStatus(401);
                break;
            case "500":
                cloud.ServeStatus(500);
                break;
            case "HTML":
                cloud.ServeContent("<html><body>Log in</body></html>", "text/html");
                break;
            case "100 MB":
                cloud.ServeHuge(100_000_000, announced: false);
                break;
            case "cut connection":
                cloud.ServeHalf(TestKey.Default);
                break;
            case "empty data":
                cloud.ServeData("");
                break;
            case "private key":
                cloud.ServeData(rsa.ExportPkcs8PrivateKeyPem());
                break;
            case "elliptic curve":
                using (var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    cloud.ServeData(ec.ExportSubjectPublicKeyInfoPem());
                }

                break;
            case "certificate":
                cloud.ServeData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----");
                break;
            case "two keys":
                cloud.ServeData(Pem + "\n" + TestKey.Other.PublicKeyPem);
                break;
            case "1024 bits":
                cloud.ServeData(TestKey.Create(1024).PublicKeyPem);
                break;
            case "words":
                cloud.ServeData("no key today");
                break;
            case "a page in data":
                cloud.ServeData("<html></html>");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault");
        }
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

public sealed class PinnedKeyTests
{
    private static readonly TestKey Pinned = TestKey.Default;
    private static readonly byte[] Der = PublicKeyPolicy.Parse(Pinned.PublicKeyPem).Key!.SubjectPublicKeyInfo.ToArray();

    [Fact]
    public async Task With_a_pin_nothing_is_fetched_and_a_mismatch_is_forged_at_once()
    {
        var source = new ScriptedKeySource(TestKey.Other);
        await using var host = await KeyHost.StartAsync(store: null, source, ("PublicKey:Pinned:0", Pinned.PublicKeyPem));

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Other))).Should().Be(SignatureVerdictKind.Forged);

        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Healthy);
        source.Count.Should().Be(0);
    }

    [Fact]
    public async Task A_ring_without_any_key_decides_nothing()
    {
        using var ring = PublicKeyRing.Pinned();
        var delivery = SignedDelivery.Valid();

        var verdict = await new SignatureVerifier(ring).VerifyAsync(
            delivery.Body, Convert.FromBase64String(delivery.Signature!), TestContext.Current.CancellationToken);

        verdict.Kind.Should().Be(SignatureVerdictKind.Undecided);
        verdict.Reason.Should().Be(SignatureReasons.NoKey);
        ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Unhealthy);
    }

    [Fact]
    public async Task With_AlsoFetch_both_keys_are_trusted()
    {
        var source = new ScriptedKeySource(TestKey.Other);
        await using var host = await KeyHost.StartAsync(
            store: null, source, ("PublicKey:Pinned:0", Pinned.PublicKeyPem), ("PublicKey:AlsoFetch", "true"));
        await host.NextFetchAsync();

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Other))).Should().Be(SignatureVerdictKind.Authentic);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Create()))).Should().Be(SignatureVerdictKind.Forged);
    }

    [Fact]
    public async Task With_AlsoFetch_a_pin_serves_while_the_cloud_is_down()
    {
        var source = new ScriptedKeySource(TestKey.Other);
        source.Fail();
        await using var host = await KeyHost.StartAsync(
            store: null, source, ("PublicKey:Pinned:0", Pinned.PublicKeyPem), ("PublicKey:AlsoFetch", "true"));
        await host.NextFetchAsync();

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
        (await host.SendAsync(SignedDelivery.Valid().SignedBy(TestKey.Other))).Should().Be(SignatureVerdictKind.Undecided);
        host.Ring.GetHealth().Status.Should().Be(PublicKeyHealthStatus.Degraded);
    }

    [Theory]
    [InlineData("PEM")]
    [InlineData("PEM with literal \\n")]
    [InlineData("base64 DER")]
    [InlineData("path of a PEM file")]
    [InlineData("path of a base64 file")]
    [InlineData("path of a DER file")]
    public async Task A_pin_may_be_the_key_or_the_path_of_its_file(string shape)
    {
        using var folder = new TemporaryDirectory();
        var pem = folder.File("key.pem");
        var base64 = folder.File("MIIB.txt");
        var der = folder.File("key.der");
        await File.WriteAllTextAsync(pem, Pinned.PublicKeyPem + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(base64, Convert.ToBase64String(Der) + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(der, Der, TestContext.Current.CancellationToken);
        var entry = shape switch
        {
            "PEM" => Pinned.PublicKeyPem,
            "PEM with literal \\n" => Pinned.PublicKeyPem.ReplaceLineEndings("\\n"),
            "base64 DER" => Convert.ToBase64String(Der),
            "path of a PEM file" => pem,
            "path of a base64 file" => base64,
            _ => der,
        };

        await using var host = await KeyHost.StartAsync(store: null, new ScriptedKeySource(TestKey.Other), ("PublicKey:Pinned:0", entry));

        (await host.SendAsync(SignedDelivery.Valid())).Should().Be(SignatureVerdictKind.Authentic);
    }

    [Fact]
    public async Task Every_bad_pin_stops_the_start_with_its_name_and_reason_and_without_its_content()
    {
        using var folder = new TemporaryDirectory();
        using var rsa = RSA.Create(2048);
        var large = folder.File("large");
        await File.WriteAllBytesAsync(large, new byte[64 * 1024 + 1], TestContext.Current.CancellationToken);
        (string Entry, string Reason)[] pins =
        [
            ("", "Empty"),
            (rsa.ExportPkcs8PrivateKeyPem(), "PrivateKey"),
            (Convert.ToBase64String(rsa.ExportRSAPrivateKey()), "PrivateKey"),
            (folder.File("missing.pem"), "Unreadable"),
            ("some-secret-pasted-here", "Unreadable"),
            (folder.Path, "Unreadable"),
            (large, "TooLarge"),
            ("{\"data\":\"x\"}", "Json"),
            ("ssh-rsa AAAAB3NzaC1yc2E user@host", "OtherFormat"),
            ("bad\0path", "Unreadable"),
        ];

        var starting = () => KeyHost.StartAsync(
            store: null, new ScriptedKeySource(TestKey.Other), [.. pins.Select((pin, i) => ($"PublicKey:Pinned:{i}", (string?)pin.Entry))]);

        var failures = (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.ToList();
        failures.Should().HaveCount(pins.Length);
        for (var i = 0; i < pins.Length; i++)
        {
            failures[i].Should().StartWith($"ThunderStack:PublicKey:Pinned:{i} is refused ({pins[i].Reason}). ").And.NotContain("secret-pasted");
            failures[i].Should().NotContain(pins[i].Entry.Length > 100 ? pins[i].Entry[30..90] : "MII");
        }
    }

    [Theory]
    [InlineData("RefreshInterval", "00:00:00")]
    [InlineData("RefreshInterval", "1.00:00:01")]
    [InlineData("RefetchFloor", "00:00:00.5")]
    [InlineData("RefetchFloor", "01:00:01")]
    [InlineData("PreviousKeyGrace", "-00:00:01")]
    [InlineData("PreviousKeyGrace", "31.00:00:00")]
    public async Task A_time_out_of_range_stops_the_start_with_what_to_write(string key, string value)
    {
        var starting = () => KeyHost.StartAsync(store: null, new ScriptedKeySource(Pinned), ($"PublicKey:{key}", value));

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures
            .Should().ContainSingle().Which.Should().StartWith($"ThunderStack:PublicKey:{key} is ").And.Contain("such as");
    }

    [Fact]
    public async Task A_bad_base_address_stops_the_start_too()
    {
        var starting = () => KeyHost.StartAsync("http://cloud-api.thunderstack.org");

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Contain("ThunderStack:Cloud:BaseAddress");
    }
}

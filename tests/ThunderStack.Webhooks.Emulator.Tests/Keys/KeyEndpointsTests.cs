using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Emulator.Tests.Keys;

public sealed class KeyEndpointsTests
{
    [Fact]
    public async Task The_public_key_is_an_RSA_key_of_2048_bits_and_only_its_public_half()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var pem = await emulator.PublicKeyAsync();

        pem.Should().StartWith("-----BEGIN PUBLIC KEY-----");
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        rsa.KeySize.Should().Be(2048);
    }

    [Fact]
    public async Task Two_emulators_have_two_keys()
    {
        await using var one = await RunningEmulator.StartAsync();
        await using var other = await RunningEmulator.StartAsync();

        (await one.PublicKeyAsync()).Should().NotBe(await other.PublicKeyAsync());
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_is_served_and_signed_with()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        var before = await emulator.PublicKeyAsync();

        using var rotated = await emulator.RotateKeyAsync();

        rotated.StatusCode.Should().Be(HttpStatusCode.OK);
        var after = await emulator.PublicKeyAsync();
        after.Should().NotBe(before);
        using var sent = await emulator.SendEventAsync("""{"nodeId":"node-a"}""");
        var webhook = await receiver.NextAsync();
        webhook.IsSignedBy(after).Should().BeTrue();
        webhook.IsSignedBy(before).Should().BeFalse();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer secret-and-more", HttpStatusCode.Unauthorized)]
    [InlineData("secret", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer secret", HttpStatusCode.OK)]
    public async Task With_a_token_configured_the_API_wants_exactly_that(string? authorization, HttpStatusCode expected)
    {
        await using var emulator = await RunningEmulator.StartAsync(("ApiToken", "secret"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/webhook-public-key");
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);

        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(expected);
    }
}

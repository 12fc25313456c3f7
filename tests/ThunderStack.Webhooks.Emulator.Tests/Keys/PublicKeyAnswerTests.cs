using System.Net;
using System.Text.Json;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Emulator.Keys;

namespace ThunderStack.Webhooks.Emulator.Tests.Keys;

/// <summary>The key endpoint, well and ill, as the client sees it.</summary>
public sealed class PublicKeyAnswerTests
{
    [Theory]
    [InlineData(PublicKeyAnswer.Pem, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.Pkcs1Pem, "-----BEGIN RSA PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.EscapedPem, "-----BEGIN PUBLIC KEY-----\\n")]
    [InlineData(PublicKeyAnswer.Base64, "MII")]
    [InlineData(PublicKeyAnswer.Base64Pkcs1, "MII")]
    [InlineData(PublicKeyAnswer.PlainText, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.JsonString, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.WrongKey, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.PrivateKey, "-----BEGIN PRIVATE KEY-----")]
    [InlineData(PublicKeyAnswer.EllipticCurve, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.Certificate, "-----BEGIN CERTIFICATE-----")]
    [InlineData(PublicKeyAnswer.TwoKeys, "-----BEGIN PUBLIC KEY-----")]
    [InlineData(PublicKeyAnswer.ShortKey, "-----BEGIN PUBLIC KEY-----")]
    public async Task A_text_is_served_as_it_was_set(PublicKeyAnswer answer, string start)
    {
        await using var emulator = await RunningEmulator.StartAsync(("PublicKey", answer.ToString()));

        (await emulator.Client.GetWebhookPublicKeyAsync(TestContext.Current.CancellationToken)).Should().StartWith(start);
    }

    [Theory]
    [InlineData(PublicKeyAnswer.Empty, "empty")]
    [InlineData(PublicKeyAnswer.Html, "HTML")]
    [InlineData(PublicKeyAnswer.TooLong, "more than 64 KiB")]
    [InlineData(PublicKeyAnswer.Redirect, "302 to login.example")]
    [InlineData(PublicKeyAnswer.Unauthorized, "401")]
    [InlineData(PublicKeyAnswer.TooManyRequests, "429")]
    [InlineData(PublicKeyAnswer.ServerError, "500")]
    [InlineData(PublicKeyAnswer.Cut, "cut")]
    public async Task A_failure_is_told_by_the_client(PublicKeyAnswer answer, string message)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        using var set = await emulator.ControlAsync(HttpMethod.Put, "/emulator/key", JsonSerializer.Serialize(new { answer = answer.ToString() }));
        set.StatusCode.Should().Be(HttpStatusCode.OK);

        var asking = () => emulator.Client.GetWebhookPublicKeyAsync(TestContext.Current.CancellationToken);

        (await asking.Should().ThrowExactlyAsync<ThunderStackCloudException>()).Which.Message.Should().Contain(message);
    }

    [Fact]
    public async Task A_hang_lasts_until_the_client_goes()
    {
        await using var emulator = await RunningEmulator.StartAsync(("PublicKey", "Hang"));
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(200));

        var asking = () => emulator.Client.GetWebhookPublicKeyAsync(cancellation.Token);

        await asking.Should().ThrowAsync<OperationCanceledException>();
    }
}

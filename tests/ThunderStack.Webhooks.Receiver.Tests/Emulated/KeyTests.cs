using System.Net;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Emulated;

/// <summary>Emulated cloud to receiver: every way to serve the public key, and its rotation.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData("Pem")]
    [InlineData("Pkcs1Pem")]
    [InlineData("EscapedPem")]
    [InlineData("Base64")]
    [InlineData("Base64Pkcs1")]
    [InlineData("PlainText")]
    [InlineData("JsonString")]
    public async Task A_good_key_in_any_shape_verifies(string answer)
    {
        await using var host = await (await EmulatedCloudHost.StartAsync(new() { ["PublicKey"] = answer })).UntilReadyAsync();

        (await host.AnswerToAsync()).Should().Be(200);
        (await host.StoredAsync()).Should().ContainSingle();
    }

    [Theory]
    [InlineData("PrivateKey")]
    [InlineData("EllipticCurve")]
    [InlineData("Certificate")]
    [InlineData("TwoKeys")]
    [InlineData("ShortKey")]
    [InlineData("Empty")]
    [InlineData("Html")]
    [InlineData("TooLong")]
    [InlineData("Redirect")]
    [InlineData("Unauthorized")]
    [InlineData("TooManyRequests")]
    [InlineData("ServerError")]
    [InlineData("Hang")]
    [InlineData("Cut")]
    public async Task Without_a_key_an_event_is_503_and_not_stored(string answer)
    {
        await using var host = await EmulatedCloudHost.StartAsync(new() { ["PublicKey"] = answer });

        (await host.AnswerToAsync()).Should().Be(503);

        (await host.StoredAsync()).Should().BeEmpty();
        (await host.ReadinessAsync()).Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("ServerError")]
    [InlineData("Html")]
    [InlineData("Cut")]
    public async Task A_key_that_was_fetched_goes_on_serving_while_the_endpoint_is_ill(string answer)
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();
        await host.ControlAsync(HttpMethod.Put, "/emulator/key", new { answer });

        (await host.AnswerToAsync()).Should().Be(200);
    }

    [Fact]
    public async Task After_a_rotation_the_first_event_is_verified_with_the_new_key()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();
        (await host.AnswerToAsync("PAUSED")).Should().Be(200);

        await host.ControlAsync(HttpMethod.Post, "/emulator/rotate-key");

        (await host.AnswerToAsync("RUNNING")).Should().Be(200);
        (await host.StoredAsync()).Select(entry => entry.Key).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_rotation_that_the_endpoint_does_not_show_yet_is_never_a_loss()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync(
            EmulatedCloudHost.Persistent, new() { ["PublicKey:RefetchFloor"] = "00:00:01" })).UntilReadyAsync();
        await host.ControlAsync(HttpMethod.Post, "/emulator/rotate-key");
        await host.ControlAsync(HttpMethod.Put, "/emulator/key", new { answer = "ServerError" });

        var sent = await host.SendAsync();
        EmulatedCloudHost.AnswersOf(sent)[0].Status.Should().Be(503, "nobody can say that it is forged");
        await host.ControlAsync(HttpMethod.Put, "/emulator/key", new { answer = "Pem" });

        await Eventually.TrueAsync(async () => (await host.StoredAsync()).Count == 1, "the event is sent again and stored");
    }

    [Fact]
    public async Task With_a_token_the_key_is_served_to_who_has_it()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync(
            new() { ["ApiToken"] = "secret" }, new() { ["Cloud:ApiToken"] = "secret" })).UntilReadyAsync();

        (await host.AnswerToAsync()).Should().Be(200);
    }
}

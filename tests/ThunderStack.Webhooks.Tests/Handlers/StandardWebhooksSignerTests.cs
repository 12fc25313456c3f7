using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Tests.Handlers;

public sealed class StandardWebhooksSignerTests
{
    private const string Base64 = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Theory]
    [InlineData("whsec_" + Base64)]
    [InlineData(Base64)]
    public void Sign_WithASecretOfEitherForm_IsAcceptedByThePublicLibrary(string secret)
    {
        const string Body = """{"eventType":"NODE_STATUS_UPDATED","text":"ü"}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        StandardWebhooksSigner.TryCreate(secret, out var signer).Should().BeTrue();

        var signature = signer!.Sign("id-1", now, Encoding.UTF8.GetBytes(Body));

        var verify = () => new StandardWebhook(secret).Verify(Body, new HeaderDictionary
        {
            ["webhook-id"] = "id-1",
            ["webhook-timestamp"] = now.ToString(CultureInfo.InvariantCulture),
            ["webhook-signature"] = signature,
        });
        verify.Should().NotThrow();
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_QQ==")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa0=")]
    [InlineData("any other text of more than 24 bytes")]
    public void TryCreate_WithASecretThatIsShortOrNotBase64_Refuses(string secret) =>
        StandardWebhooksSigner.TryCreate(secret, out _).Should().BeFalse();
}

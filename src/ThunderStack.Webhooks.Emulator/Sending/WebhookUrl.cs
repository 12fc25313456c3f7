using System.Diagnostics.CodeAnalysis;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>What counts as the URL of a webhook.</summary>
internal static class WebhookUrl
{
    public const string Expected = "an absolute http or https URL such as http://localhost:8080/webhooks/thunderstack";

    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}

using System.Buffers;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Intake;

internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    private const int MinBodyBytes = 1_024;
    private const int MaxBodyBytes = 1_048_576;

    // RFC 9110, section 5.6.2: a header name is a token.
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 3986, section 3.3, without what routing gives a meaning to.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(
        "/-._~!$&'()+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        var isPath = !(string.IsNullOrEmpty(options.Path) || options.Path is "/" || options.Path[0] != '/' || options.Path[^1] == '/'
            || options.Path.Contains("//", StringComparison.Ordinal) || options.Path.AsSpan().ContainsAnyExcept(PathCharacters));
        if (!isPath)
        {
            problems.AddError("ThunderStack:Webhook:Path is not a path: begin with '/', end without one, such as /webhooks/thunderstack.");
        }

        if (string.IsNullOrEmpty(options.SignatureHeader) || options.SignatureHeader.AsSpan().ContainsAnyExcept(Token))
        {
            problems.AddError("ThunderStack:Webhook:SignatureHeader is not a header name. Example: X-ThunderStack-Signature.");
        }

        if (!string.IsNullOrEmpty(options.PublicUrl) && !IsPublicUrl(options.PublicUrl))
        {
            problems.AddError(
                $"ThunderStack:Webhook:PublicUrl is not an https URL that the cloud could post to. Example: https://hooks.example.com{(isPath ? options.Path : new WebhookOptions().Path)}.");
        }

        if (options.MaxBodyBytes is < MinBodyBytes or > MaxBodyBytes)
        {
            problems.AddError($"ThunderStack:Webhook:MaxBodyBytes is {options.MaxBodyBytes}: write a number from {MinBodyBytes} to {MaxBodyBytes}.");
        }

        return problems.Build();
    }

    private static bool IsPublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0;
}

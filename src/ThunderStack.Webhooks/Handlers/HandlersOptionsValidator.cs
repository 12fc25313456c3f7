using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.Handlers;

internal sealed class HandlersOptionsValidator : IValidateOptions<HandlersOptions>
{
    public ValidateOptionsResult Validate(string? name, HandlersOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        foreach (var (handler, settings) in options.Handlers)
        {
            var key = $"ThunderStack:Handlers:{handler}";
            if (WebhookHandler.NameProblem(handler) is { } nameProblem)
            {
                problems.AddError($"{key}: the name {nameProblem}");
            }

            switch (settings.Type)
            {
                case ConfiguredHandlerSource.LogType:
                    break;
                case ConfiguredHandlerSource.ForwardType:
                    ValidateForward(key, settings, problems);
                    break;
                default:
                    problems.AddError($"{key}:Type is {(string.IsNullOrEmpty(settings.Type) ? "empty" : "unknown")}: write Log or Forward.");
                    break;
            }
        }

        return problems.Build();
    }

    private static void ValidateForward(string key, HandlerOptions settings, ValidateOptionsResultBuilder problems)
    {
        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            problems.AddError($"{key}:Url is not an absolute http or https URL. Example: https://example.org/hooks/thunderstack.");
        }
        else if (url.UserInfo.Length > 0)
        {
            // It would be accepted and not sent: no request would carry what the person who wrote it relies on.
            problems.AddError($"{key}:Url has a user name or password, which is not sent: write the URL without, and a {key}:Secret for its receiver to check.");
        }

        if (settings.Secret is not null && !StandardWebhooksSigner.TryCreate(settings.Secret, out _))
        {
            problems.AddError($"{key}:Secret is not base64 of at least {StandardWebhooksSigner.MinSecretBytes} bytes, with or without whsec_ before it: write the secret as its receiver shows it.");
        }
    }
}

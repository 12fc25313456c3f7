using System.CommandLine.Parsing;

namespace ThunderStack.Webhooks.Cli.Webhook;

/// <summary>A URL that the cloud is to post events to: https, or http on this machine, where an emulator runs.</summary>
internal static class WebhookUrl
{
    /// <summary>Reads an option or argument.</summary>
    public static Uri? Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (ProblemOf(text) is { } problem)
        {
            result.AddError($"The webhook URL '{text}' {problem}.");
            return null;
        }

        return new Uri(text);
    }

    /// <summary>What is wrong with a URL, or <see langword="null"/>.</summary>
    public static string? ProblemOf(string? text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")
            ? "is no web address. Example: https://hooks.example.com/webhooks/thunderstack"
        : url.Scheme == "http" && !url.IsLoopback
            ? "is not https: everybody on the way could read and hold back events; http is for this machine only"
        : url.UserInfo.Length > 0 ? "holds a user name or password, which the cloud would keep and show: leave it out"
        : url.Fragment.Length > 0 ? "has a fragment (#…), which is never sent: leave it out"
        : null;
}

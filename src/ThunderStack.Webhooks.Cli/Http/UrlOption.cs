namespace ThunderStack.Webhooks.Cli.Http;

/// <summary>Options that take an address.</summary>
internal static class UrlOption
{
    /// <summary>An option with an absolute http or https URL.</summary>
    public static Option<Uri?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                return url;
            }

            result.AddError($"{name} is '{text}': write an address such as https://hooks.example.com/webhooks/thunderstack.");
            return null;
        },
    };
}

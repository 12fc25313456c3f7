namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>Where somebody is led after a form: always a page of this server, whatever the address says.</summary>
internal static class ReturnPath
{
    private const int MaxLength = 2_000;

    // A browser takes "//" and "/\" for the beginning of a host name, and leaves out tabs and line breaks.
    public static string Safe(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] and { Length: <= MaxLength } && !path.Any(c => c is < ' ' or '\\' or > '~') ? path : "/";
}

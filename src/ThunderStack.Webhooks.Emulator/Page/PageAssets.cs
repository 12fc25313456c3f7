namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>What the page is made to look like: the dashboard's own style sheet, a little more, and a script that it does without.</summary>
internal static class PageAssets
{
    private static readonly Dictionary<string, (byte[] Content, string ContentType)> All = new(StringComparer.Ordinal)
    {
        ["dashboard.css"] = (Read("dashboard.css"), "text/css; charset=utf-8"),
        ["emulator.css"] = (Read("emulator.css"), "text/css; charset=utf-8"),
        ["emulator.js"] = (Read("emulator.js"), "text/javascript; charset=utf-8"),
    };

    public static (byte[] Content, string ContentType)? Find(string name) => All.TryGetValue(name, out var asset) ? asset : null;

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}

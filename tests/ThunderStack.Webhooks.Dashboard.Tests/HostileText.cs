using System.Text;

namespace ThunderStack.Webhooks.Dashboard.Tests;

/// <summary>What somebody might send to have it run in the browser of whoever looks at it, or read as something else.</summary>
internal static class HostileText
{
    /// <summary>Markup, scripts, and characters that turn the direction of reading, are invisible, or control a terminal.</summary>
    public const string Error = "</pre><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'&amp;{{7*7}} \u202Egnp.exe\u202C \u200Bx\u0007\u001B[31m";

    /// <summary>A node's name of 64 characters, from right to left.</summary>
    public const string Name = "<b onmouseover=window.pwned=1>שלום</b> \u202Eevil\u202C 0123456789 01234567";

    public const string Status = "<svg/onload=window.pwned=1>";

    /// <summary>A body as long as one may be, which is about this node.</summary>
    public static byte[] Body(string node, string timestamp)
    {
        var start = $$"""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"{{timestamp}}","nodeId":"{{node}}","details":{"nodeId":"{{node}}","status":"RUNNING"},"note":" """;
        const string Pattern = "<script>window.pwned=1</script>\u202E\u200B\uFEFFü 👍 \\u0000 \\\"><img src=x onerror=window.pwned=1> ";
        var text = new StringBuilder(start);
        while (Encoding.UTF8.GetByteCount(text.ToString()) + Encoding.UTF8.GetByteCount(Pattern) < (64 * 1024) - 2)
        {
            text.Append(Pattern);
        }

        return Encoding.UTF8.GetBytes(text.Append("\"}").ToString());
    }
}

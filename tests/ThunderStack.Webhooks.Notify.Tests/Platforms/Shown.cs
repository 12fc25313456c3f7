using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.Notify.Tests.Platforms;

/// <summary>Reads messages as platforms do.</summary>
internal static partial class Shown
{
    private static readonly HashSet<int> Bidirectional = [0x061c, 0x200e, 0x200f, .. Enumerable.Range(0x202a, 5), .. Enumerable.Range(0x2066, 4)];

    public static JsonElement Json(byte[] body) => JsonDocument.Parse(body).RootElement;

    /// <summary>Every text in a message, wherever it is.</summary>
    public static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Texts(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    /// <summary>Whether it has nothing that turns the direction of what stands beside it, and no half of a character.</summary>
    public static bool IsPlain(string text) =>
        text.EnumerateRunes().All(rune => rune.Value != 0xfffd && !Bidirectional.Contains(rune.Value)) && text.All(c => !char.IsControl(c) || c is '\n' or '\t');

    /// <summary>Telegram's HTML without its elements: what is read, and counted.</summary>
    public static string FromHtml(string html) => Entities(Element().Replace(html, ""));

    public static string Entities(string text) => text.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&quot;", "\"").Replace("&amp;", "&");

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Element();
}

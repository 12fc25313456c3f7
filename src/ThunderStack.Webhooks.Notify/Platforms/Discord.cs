using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>A webhook of Discord.</summary>
/// <remarks>Source: docs.discord.com, "Webhook Resource", "Execute Webhook", and "Message Resource", "Embed Limits".</remarks>
internal static partial class Discord
{
    private const int MaxTitle = 256;
    private const int MaxDescription = 4096;
    private const int MaxFields = 25;
    private const int MaxFieldName = 256;
    private const int MaxFieldValue = 1024;
    private const int MaxTogether = 6000;

    // What the description leaves for the fields.
    private const int RoomForFields = 1500;

    public static HandlerType Type { get; } = Notifier.OfUrl("Discord", "https://discord.com/api/webhooks/1234567890/XXXX", Render, Accepts, Waiting);

    public static byte[] Render(Notice notice)
    {
        var room = MaxTogether;
        var embed = new JsonObject { ["title"] = Take(notice.Title, MaxTitle, ref room) };
        if (notice.Text.Length > 0)
        {
            embed["description"] = Take(notice.Text, Math.Min(MaxDescription, room - RoomForFields), ref room);
        }

        if (notice.Link is { } link)
        {
            embed["url"] = link.AbsoluteUri;
        }

        embed["color"] = SeverityColor.Of(notice.Severity);
        embed["timestamp"] = notice.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        embed["fields"] = new JsonArray([.. Fields(notice.Fields, room)]);
        return JsonBody.Write(new JsonObject
        {
            ["embeds"] = new JsonArray(embed),
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
        });
    }

    // It was asked to wait for the message, and answers with it.
    public static bool Accepts(PlatformAnswer answer) => answer.Text.Length == 0 || answer.Has("id");

    // Discord takes a backslash before any character that is no letter, digit or space.
    public static string Escape(string text) => Special().Replace(text, @"\$0");

    /// <summary>The URL with <c>wait=true</c>, so that the answer says whether the message was taken.</summary>
    public static Uri Waiting(Uri url)
    {
        var others = url.Query.TrimStart('?').Split('&').Where(pair => pair.Length > 0 && pair.Split('=')[0] != "wait");
        return new UriBuilder(url) { Query = string.Join('&', others.Append("wait=true")) }.Uri;
    }

    private static IEnumerable<JsonObject> Fields(IReadOnlyList<NoticeField> fields, int room)
    {
        foreach (var field in fields.Take(MaxFields).Where(field => field.Name.Length > 0 && field.Value.Length > 0))
        {
            // A field that would have room for nothing but its name is left out.
            var name = NoticeText.Fit(field.Name, MaxFieldName, Escape);
            if (room <= name.Length + 1)
            {
                break;
            }

            room -= name.Length;
            yield return new JsonObject
            {
                ["name"] = name,
                ["value"] = Take(field.Value, Math.Min(MaxFieldValue, room), ref room),
                ["inline"] = true,
            };
        }
    }

    private static string Take(string text, int limit, ref int room)
    {
        var taken = NoticeText.Fit(text, limit, Escape);
        room -= taken.Length;
        return taken;
    }

    [GeneratedRegex(@"[\\*_~`|>\[\]()<@#]|(?<=^[ \t]*)[-+](?=\s)|(?<=^[ \t]*\d{1,9})\.(?=\s)", RegexOptions.Multiline)]
    private static partial Regex Special();
}

using System.Text.Json.Nodes;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>An incoming webhook of Slack.</summary>
/// <remarks>Sources: docs.slack.dev, "Sending messages using incoming webhooks", "Formatting message text", "Blocks".</remarks>
internal static class Slack
{
    private const int MaxHeader = 150;
    private const int MaxSection = 3000;
    private const int MaxFields = 10;
    private const int MaxField = 2000;

    public static HandlerType Type { get; } = Notifier.OfUrl("Slack", "https://hooks.slack.com/services/T000/B000/XXXX", Render, Accepts);

    public static byte[] Render(Notice notice) => JsonBody.Write(new JsonObject
    {
        ["text"] = NoticeText.Fit(notice.Title, MaxSection, Escape),
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["color"] = $"#{SeverityColor.Of(notice.Severity):x6}",
            ["blocks"] = new JsonArray([.. Blocks(notice)]),
        }),
    });

    // "ok" of an incoming webhook, {"ok":true} of a workflow's.
    public static bool Accepts(PlatformAnswer answer) => answer.Text == "ok" || answer.Flag("ok") == true;

    // With these three escaped nothing is a mention, a link or a channel.
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static IEnumerable<JsonObject> Blocks(Notice notice)
    {
        if (notice.Title.Length > 0)
        {
            yield return new JsonObject { ["type"] = "header", ["text"] = PlainText(notice.Title, MaxHeader) };
        }

        if (notice.Text.Length > 0)
        {
            yield return new JsonObject { ["type"] = "section", ["text"] = PlainText(notice.Text, MaxSection) };
        }

        if (notice.Fields.Count > 0)
        {
            var fields = notice.Fields.Take(MaxFields).Select(field => PlainText($"{field.Name}: {field.Value}", MaxField));
            yield return new JsonObject { ["type"] = "section", ["fields"] = new JsonArray([.. fields]) };
        }

        if (notice.Link is { } link)
        {
            var text = new JsonObject { ["type"] = "mrkdwn", ["text"] = $"<{Escape(link.AbsoluteUri)}|Open>" };
            yield return new JsonObject { ["type"] = "section", ["text"] = text };
        }
    }

    // Plain text: Slack has no escape for *, _ and ~ in its own markup.
    private static JsonObject PlainText(string text, int limit) =>
        new() { ["type"] = "plain_text", ["text"] = NoticeText.Fit(text, limit, Escape), ["emoji"] = false };
}

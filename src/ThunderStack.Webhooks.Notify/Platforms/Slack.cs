using System.Text.Json;
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

    public static byte[] Render(Notice notice) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("text"u8, NoticeText.Fit(notice.Title, MaxSection, Escape));
        json.WriteStartArray("attachments"u8);
        json.WriteStartObject();
        json.WriteString("color"u8, $"#{SeverityColor.Of(notice.Severity):x6}");
        json.WriteStartArray("blocks"u8);
        WriteTextBlock(json, "header"u8, notice.Title, MaxHeader);
        WriteTextBlock(json, "section"u8, notice.Text, MaxSection);
        WriteFields(json, notice.Fields);
        WriteLink(json, notice.Link);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    // "ok" of an incoming webhook, {"ok":true} of a workflow's.
    public static bool Accepts(PlatformAnswer answer) => answer.Text == "ok" || answer.Flag("ok") == true;

    // With these three escaped nothing is a mention, a link or a channel.
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static void WriteTextBlock(Utf8JsonWriter json, ReadOnlySpan<byte> type, string text, int limit)
    {
        if (text.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WritePropertyName("text"u8);
        WriteText(json, NoticeText.Fit(text, limit, Escape));
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<NoticeField> fields)
    {
        if (fields.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "section"u8);
        json.WriteStartArray("fields"u8);
        foreach (var field in fields.Take(MaxFields))
        {
            WriteText(json, NoticeText.Fit($"{field.Name}: {field.Value}", MaxField, Escape));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Uri? link)
    {
        if (link is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "section"u8);
        json.WriteStartObject("text"u8);
        json.WriteString("type"u8, "mrkdwn"u8);
        json.WriteString("text"u8, $"<{Escape(link.AbsoluteUri)}|Open>");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Plain text: Slack has no escape for *, _ and ~ in its own markup.
    private static void WriteText(Utf8JsonWriter json, string escaped)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "plain_text"u8);
        json.WriteString("text"u8, escaped);
        json.WriteBoolean("emoji"u8, false);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>A workflow of Microsoft Teams that posts what its webhook gets.</summary>
/// <remarks>Sources: learn.microsoft.com, "Create incoming webhooks with Workflows for Microsoft Teams"; adaptivecards.io, schema 1.2.</remarks>
internal static class Teams
{
    private const int MaxBytes = 21_000;
    private const int MaxTitle = 256;
    private const int MaxFields = 10;

    // Every line is an element of the card.
    private const int MaxLines = 20;
    private const int FirstLongest = 8000;

    public static HandlerType Type { get; } = Notifier.OfUrl("Teams", "https://prod-00.westeurope.logic.azure.com/workflows/XXXX", Render, Accepts);

    public static byte[] Render(Notice notice)
    {
        // The limit counts bytes, and what a character takes in JSON depends on the character.
        for (var longest = FirstLongest; ; longest = longest * 3 / 4)
        {
            var body = Render(notice, longest);
            if (body.Length <= MaxBytes)
            {
                return body;
            }
        }
    }

    // A workflow answers 202 without a body, an old connector 200 and "1"; either may say in the body what failed.
    public static bool Accepts(PlatformAnswer answer) => answer.Text is "" or "1" || (answer.Json is not null && !answer.Has("error"));

    private static byte[] Render(Notice notice, int longest) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteStartArray("attachments"u8);
        json.WriteStartObject();
        json.WriteString("contentType"u8, "application/vnd.microsoft.card.adaptive"u8);
        json.WriteStartObject("content"u8);
        json.WriteString("$schema"u8, "http://adaptivecards.io/schemas/adaptive-card.json"u8);
        json.WriteString("type"u8, "AdaptiveCard"u8);
        json.WriteString("version"u8, "1.2"u8);
        var title = NoticeText.Fit(notice.Title, Math.Min(MaxTitle, longest));
        json.WriteString("fallbackText"u8, title);
        json.WriteStartArray("body"u8);
        WriteRuns(json, (title, ColorOf(notice.Severity), true));
        foreach (var line in NoticeText.Fit(notice.Text, longest).Split('\n', MaxLines))
        {
            WriteRuns(json, (line, "default", false));
        }

        foreach (var field in notice.Fields.Take(MaxFields))
        {
            WriteRuns(json, ($"{NoticeText.Fit(field.Name, longest)}: ", "default", true), (NoticeText.Fit(field.Value, longest), "default", false));
        }

        json.WriteEndArray();
        WriteLink(json, notice.Link);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    // Runs of text: a TextBlock would take * and [ for Markdown, of which Teams has its own idea.
    private static void WriteRuns(Utf8JsonWriter json, params ReadOnlySpan<(string Text, string Color, bool IsBold)> runs)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "RichTextBlock"u8);
        json.WriteStartArray("inlines"u8);
        foreach (var (text, color, isBold) in runs)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "TextRun"u8);
            json.WriteString("text"u8, text.Length > 0 ? text : " ");
            json.WriteString("color"u8, color);
            if (isBold)
            {
                json.WriteString("weight"u8, "bolder"u8);
            }

            json.WriteEndObject();
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

        json.WriteStartArray("actions"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "Action.OpenUrl"u8);
        json.WriteString("title"u8, "Open"u8);
        json.WriteString("url"u8, link.AbsoluteUri);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string ColorOf(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Critical => "attention",
        NoticeSeverity.Warning => "warning",
        NoticeSeverity.Recovered => "good",
        _ => "accent",
    };
}

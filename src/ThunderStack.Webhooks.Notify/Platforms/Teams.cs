using System.Text.Json.Nodes;
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

    private static byte[] Render(Notice notice, int longest)
    {
        var title = NoticeText.Fit(notice.Title, Math.Min(MaxTitle, longest));
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.2",
            ["fallbackText"] = title,
            ["body"] = new JsonArray(
            [
                Line(Bold(title, ColorOf(notice.Severity))),
                .. NoticeText.Fit(notice.Text, longest).Split('\n', MaxLines).Select(line => Line(Run(line))),
                .. notice.Fields.Take(MaxFields).Select(
                    field => Line(Bold($"{NoticeText.Fit(field.Name, longest)}: "), Run(NoticeText.Fit(field.Value, longest)))),
            ]),
        };
        if (notice.Link is { } link)
        {
            card["actions"] = new JsonArray(
                new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Open", ["url"] = link.AbsoluteUri });
        }

        return JsonBody.Write(new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(
                new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }),
        });
    }

    // Runs of text: a TextBlock would take * and [ for Markdown, of which Teams has its own idea.
    private static JsonObject Line(params JsonNode[] runs) => new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Run(string text, string color = "default") =>
        new() { ["type"] = "TextRun", ["text"] = text.Length > 0 ? text : " ", ["color"] = color };

    private static JsonObject Bold(string text, string color = "default")
    {
        var run = Run(text, color);
        run["weight"] = "bolder";
        return run;
    }

    private static string ColorOf(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Critical => "attention",
        NoticeSeverity.Warning => "warning",
        NoticeSeverity.Recovered => "good",
        _ => "accent",
    };
}

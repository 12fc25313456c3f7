using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>A bot of Telegram.</summary>
/// <remarks>Source: core.telegram.org/bots/api, "sendMessage" and "HTML style"; core.telegram.org/bots/faq, "My bot is hitting limits".</remarks>
internal static partial class Telegram
{
    // After entities: what is read, not what is sent.
    private const int MaxText = 4096;
    private const int MaxTitle = 256;
    private const int MaxFields = 10;
    private const int MaxFieldName = 40;
    private const int MaxFieldValue = 150;

    public static HandlerType Type { get; } = Notifier.Create(
        "Telegram",
        [
            new Setting("BotToken", null, JudgeToken) { IsRequired = true, IsSecret = true },
            new Setting("ChatId", null, JudgeChat) { IsRequired = true },
            Setting.WebUrl("BaseAddress", "https://api.telegram.org") with { Default = "https://api.telegram.org" },
        ],
        (settings, services) =>
        {
            var (token, chat) = (settings["BotToken"]!, settings["ChatId"]!);
            var url = new Uri($"{settings["BaseAddress"]!.TrimEnd('/')}/bot{token}/sendMessage");
            var channel = new HttpChannel(
                services.GetRequiredService<PlatformSender>(), url, Secrets.Of(url, token, token.Split(':')[^1]), notice => Render(notice, chat), Accepts);
            return new PacedChannel(channel, services.GetRequiredService<TelegramPaces>().Of(token, chat));
        });

    public static byte[] Render(Notice notice, string chat) => JsonBody.Write(new JsonObject
    {
        ["chat_id"] = long.TryParse(chat, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : chat,
        ["text"] = RenderText(notice),
        ["parse_mode"] = "HTML",
        ["link_preview_options"] = new JsonObject { ["is_disabled"] = true },
    });

    public static bool Accepts(PlatformAnswer answer) => answer.Flag("ok") == true;

    private static string RenderText(Notice notice)
    {
        var title = NoticeText.Fit(notice.Title, MaxTitle);
        List<(string Name, string Value)> fields =
        [
            .. notice.Fields.Take(MaxFields).Select(field => (NoticeText.Fit(field.Name, MaxFieldName) + ": ", NoticeText.Fit(field.Value, MaxFieldValue))),
        ];
        const string Link = "Open";
        var others = title.Length + fields.Sum(field => field.Name.Length + field.Value.Length + 1) + Link.Length + "\n\n".Length;
        List<string> lines = [Html(title, "b")];
        if (notice.Text.Length > 0)
        {
            lines.Add(Html(NoticeText.Fit(notice.Text, MaxText - others), null));
        }

        lines.AddRange(fields.Select(field => Html(field.Name, "b") + Html(field.Value, null)));
        if (notice.Link is { } link)
        {
            lines.Add($"<a href=\"{Escape(link.AbsoluteUri).Replace("\"", "&quot;")}\">{Link}</a>");
        }

        return string.Join('\n', lines);
    }

    /// <summary>
    /// Escapes text, and sets what Telegram would take for a mention as code, in which it looks for none. Code cannot stand in
    /// another element, so that one is closed before.
    /// </summary>
    private static string Html(string text, string? element)
    {
        var end = 0;
        var html = new StringBuilder();
        foreach (var mention in Mention().EnumerateMatches(text))
        {
            Append(text[end..mention.Index], element);
            Append(text.Substring(mention.Index, mention.Length), "code");
            end = mention.Index + mention.Length;
        }

        Append(text[end..], element);
        return html.ToString();

        void Append(string part, string? around)
        {
            if (part.Length > 0)
            {
                html.Append(around is null ? Escape(part) : $"<{around}>{Escape(part)}</{around}>");
            }
        }
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string? JudgeToken(string value) =>
        Setting.JudgeText(value) ?? (Token().IsMatch(value) ? null : "is not a bot's token: write it as BotFather shows it, such as 123456:ABC-DEF");

    private static string? JudgeChat(string value) =>
        Setting.JudgeText(value) ?? (Chat().IsMatch(value) ? null : "is no chat: write its number, such as -1001234567890, or @ and a channel's name");

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Mention();

    [GeneratedRegex(@"^[0-9]{1,20}:[A-Za-z0-9_-]{3,100}$")]
    private static partial Regex Token();

    [GeneratedRegex(@"^(-?[0-9]{1,18}|@[A-Za-z][A-Za-z0-9_]{3,63})$")]
    private static partial Regex Chat();
}

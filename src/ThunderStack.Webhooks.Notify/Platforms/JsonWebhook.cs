using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>Any service that takes JSON: PagerDuty, Opsgenie, ntfy, Mattermost, a program of one's own.</summary>
internal static class JsonWebhook
{
    private const string DefaultTemplate =
        """
        {"title":"{title}","text":"{text}","severity":"{severity}","node":"{node}","nodeId":"{nodeId}","status":"{status}","condition":"{condition}","change":"{change}",
        "time":"{time}","eventId":"{eventId}","eventType":"{eventType}","source":"{source}","link":"{link}"}
        """;

    public static HandlerType Type { get; } = Notifier.Create(
        "Webhook",
        [
            Setting.WebUrl("Url", "https://example.org/alerts") with { IsRequired = true, IsSecret = true },
            new Setting("Template", null, JsonTemplate.Problem) { IsSecret = true },
        ],
        (settings, services) =>
        {
            var url = new Uri(settings["Url"]!);
            var template = JsonTemplate.Parse(settings["Template"] is { Length: > 0 } written ? written : DefaultTemplate);
            return new HttpChannel(services.GetRequiredService<PlatformSender>(), url, Secrets.Of(url, template.Constants), notice => template.Fill(ValuesOf(notice)), Accepts);
        });

    // Whoever answers 2xx may still say in the body that it failed.
    public static bool Accepts(PlatformAnswer answer) => answer.Flag("ok") != false && answer.Flag("success") != false && !answer.Has("error");

    // The words of the handler's own Title and Text, rather than those that they were made of.
    private static Dictionary<string, string> ValuesOf(Notice notice) => new(notice.Values)
    {
        [NoticePlaceholders.Title] = notice.Title,
        [NoticePlaceholders.Text] = notice.Text,
    };
}

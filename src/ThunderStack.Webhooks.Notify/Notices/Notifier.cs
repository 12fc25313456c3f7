using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Makes handler types of ways to people.</summary>
internal static class Notifier
{
    // A quarter of an hour: what nobody could be told by then is on the receiver's own pages.
    private static readonly TimeSpan[] RetryDelays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4),
    ];

    /// <summary>A platform whose URL is all that it takes, and is the secret.</summary>
    /// <param name="name">What <c>Handlers:name:Type</c> says.</param>
    /// <param name="example">Such a URL.</param>
    /// <param name="render">Makes the platform's JSON of a message.</param>
    /// <param name="accepts">Whether the body of an answer with 2xx says that the message was taken.</param>
    /// <param name="address">Where to post, by the URL; by default to it.</param>
    public static HandlerType OfUrl(
        string name, string example, Func<Notice, byte[]> render, Func<PlatformAnswer, bool> accepts, Func<Uri, Uri>? address = null) => Create(
        name,
        [Setting.WebUrl("Url", example) with { IsRequired = true, IsSecret = true }],
        (settings, services) =>
        {
            var url = new Uri(settings["Url"]!);
            return new HttpChannel(services.GetRequiredService<PlatformSender>(), address?.Invoke(url) ?? url, Secrets.Of(url), render, accepts);
        });

    public static HandlerType Create(string name, IReadOnlyList<Setting> settings, Func<HandlerSettings, IServiceProvider, INoticeChannel> open) =>
        new(name, (written, services) => new NotifierHandler(
            open(written, services),
            services.GetRequiredService<NoticeWriter>(),
            services.GetRequiredService<NoticeHistory>(),
            NoticeTexts.Of(written),
            services.GetRequiredService<TimeProvider>()))
        {
            Settings = [.. settings, .. NoticeTexts.Settings],
            RetryDelays = RetryDelays,
            TellsPeople = true,
        };
}

using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;

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

using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Sending;

/// <summary>A platform to which a message is one POST.</summary>
internal sealed class HttpChannel(
    PlatformSender sender, Uri url, Secrets secrets, Func<Notice, byte[]> render, Func<PlatformAnswer, bool> accepts) : INoticeChannel
{
    public Task SendAsync(Notice notice, CancellationToken cancellationToken) =>
        sender.PostAsync(url, render(notice), secrets, accepts, cancellationToken);
}

using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>A channel that is not used more often than its platform wants.</summary>
internal sealed class PacedChannel(INoticeChannel inner, TelegramPace pace) : INoticeChannel
{
    public async Task SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        await inner.SendAsync(notice, cancellationToken).ConfigureAwait(false);
    }
}

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>A way to people: one chat, one list of recipients.</summary>
internal interface INoticeChannel
{
    /// <summary>Sends a message. To return is to know that the platform has taken it.</summary>
    Task SendAsync(Notice notice, CancellationToken cancellationToken);
}

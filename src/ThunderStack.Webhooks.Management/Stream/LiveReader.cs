using System.Threading.Channels;

namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>Somebody who looks on. One who does not keep up is cut off: they come back, and list again.</summary>
internal sealed class LiveReader
{
    private const int MostWaiting = 1_024;

    private readonly Channel<LiveMessage> _messages = Channel.CreateBounded<LiveMessage>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _cut = new();

    public ChannelReader<LiveMessage> Messages => _messages.Reader;

    /// <summary>Cancelled when it did not keep up.</summary>
    public CancellationToken Cut => _cut.Token;

    public void Give(LiveMessage message)
    {
        if (!_messages.Writer.TryWrite(message))
        {
            _cut.CancelAsync();
        }
    }
}

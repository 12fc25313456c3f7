namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>
/// Tells on standard error how far long work has come: on a terminal in one line that is written over, otherwise in a line
/// every ten seconds.
/// </summary>
/// <param name="terminal">Where to tell it.</param>
/// <param name="verb">What is done to each, such as <c>verified</c>.</param>
/// <param name="total">How many there are, if that is known.</param>
internal sealed class Progress(Terminal terminal, string verb, long? total) : IDisposable
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly long _started = terminal.Host.Time.GetTimestamp();
    private long _told = terminal.Host.Time.GetTimestamp();
    private bool _isShown;

    /// <summary>Says that so many are done.</summary>
    public void Report(long done)
    {
        var time = terminal.Host.Time;
        if (time.GetElapsedTime(_told) < (terminal.CanAnimate ? OnTerminal : Elsewhere))
        {
            return;
        }

        _told = time.GetTimestamp();
        var rate = done / time.GetElapsedTime(_started).TotalSeconds;
        var text = total is { } all && all > 0
            ? $"{verb} {done:N0} of {all:N0} ({Math.Min(100, 100 * done / all)} %), {rate:N0}/s"
            : $"{verb} {done:N0}, {rate:N0}/s";
        if (terminal.CanAnimate)
        {
            _isShown = true;
            terminal.Host.Error.Write($"\r{text}\e[K");
        }
        else
        {
            terminal.Host.Error.WriteLine(text);
        }
    }

    /// <summary>Takes the line away: what follows begins where it was.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            terminal.Host.Error.Write("\r\e[K");
        }
    }
}

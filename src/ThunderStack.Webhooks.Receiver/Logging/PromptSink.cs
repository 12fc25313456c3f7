using Serilog.Core;
using Serilog.Events;

namespace ThunderStack.Webhooks.Receiver.Logging;

/// <summary>Ends after a while even if the sink behind it does not: what nobody reads must not hold up the end of the program.</summary>
internal sealed class PromptSink(ILogEventSink sink) : ILogEventSink, IDisposable
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);

    public void Emit(LogEvent logEvent) => sink.Emit(logEvent);

    public void Dispose()
    {
        // A thread of its own, which does not keep the process: it may never come back.
        var flush = new Thread(() => (sink as IDisposable)?.Dispose()) { IsBackground = true, Name = "log flush" };
        flush.Start();
        flush.Join(FlushTime);
    }
}
